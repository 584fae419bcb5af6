"""What a database's error means: whether trying again may help, and what to say to whom can mend it.

The standard's SQLSTATE decides if the driver gives one (PostgreSQL, SQL Server by ODBC), else the number that the
database gives (Oracle, MySQL, SQLite), else what the driver says of a connection that never came about. The message
itself is not passed on: a database quotes values in it, and a driver its address.
"""

from __future__ import annotations

import re
import socket

from kwaliteitsmonitor.foundation.errors.causes import chain
from kwaliteitsmonitor.foundation.retrying import passing
from schemas.words import Words

PASSING_CLASSES = ("08", "40", "53")
"""Connection exception; transaction rollback (deadlock, serialization failure); insufficient resources."""
PASSING_STATES = frozenset({"57P01", "57P02", "57P03", "57P05", "57014", "55P03", "HYT00", "HYT01", "25P03"})
"""Being shut down, crashed or started; cancelled for taking too long; a lock that did not come; a silent server."""
_ORACLE_SESSION = (18, 20, 28, 54, 60, 1012, 1033, 1034, 1089, 1090, 1092, 1555, 2396, 3113, 3114, 3135, 8177, 25408)
_ORACLE_NETWORK = (12152, 12170, 12514, 12516, 12518, 12519, 12520, 12528, 12537, 12541, 12547, 12570, 12571, 12609)
PASSING_ORACLE = frozenset(
    [f"ORA-{number:05}" for number in (*_ORACLE_SESSION, *_ORACLE_NETWORK)]
    + [f"DPY-{number}" for number in (1001, 4011, 4024, 6000, 6005)]
)
"""Too many sessions, locked, deadlock, starting, shutting down, cut off, snapshot too old, no listener."""
PASSING_MYSQL = frozenset({1040, 1053, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 2002, 2003, 2006, 2013, 2055})
PASSING_SQLITE = frozenset({5, 6})
"""Busy; locked."""
_PASSING_TEXT = re.compile(
    r"connection refused|timeout expired|timed out|connection timeout|starting up|shutting down|in recovery mode"
    r"|not (?:yet )?accepting connections|terminating connection"
    r"|too many (?:clients|connections)|remaining connection slots|closed (?:the connection )?unexpectedly"
    r"|server closed the connection|connection (?:is|was) (?:lost|closed)|reset by peer|broken pipe|eof detected"
    r"|consuming input failed|temporary failure in name resolution|is unreachable|no route to host"
    r"|is the server running|database is locked",
    re.IGNORECASE,
)
_LOST = Words("de verbinding is geweigerd of verbroken", "the connection was refused or lost")
_NO_HOST = Words("die server bestaat niet", "there is no such host")
_SAYS = (
    ("28", Words("de gebruiker of het wachtwoord wordt geweigerd", "it refuses the user or the password")),
    ("3D", Words("die database bestaat niet", "there is no such database")),
    ("42P01", Words("die tabel bestaat niet", "there is no such table")),
    ("42S02", Words("die tabel bestaat niet", "there is no such table")),
    ("3F", Words("dat schema bestaat niet", "there is no such schema")),
    ("42703", Words("die kolom bestaat niet", "there is no such column")),
    ("42S22", Words("die kolom bestaat niet", "there is no such column")),
    ("42501", Words("de gebruiker mag dat niet lezen", "its user may not read that")),
    ("42", Words("de query wordt niet begrepen of geweigerd", "it does not understand the query or refuses it")),
    (
        "25006",
        Words(
            "de query zou iets wijzigen, en deze verbinding leest alleen",
            "the query would change something, and this connection only reads",
        ),
    ),
    ("22", Words("de query past niet bij de typen van de kolommen", "the query does not fit the types of the columns")),
    ("57014", Words("de query duurde te lang en is afgebroken", "the query took too long and was cancelled")),
    ("55P03", Words("een vergrendeling is niet vrijgegeven", "a lock did not come free")),
    ("HYT", Words("er kwam niet op tijd antwoord", "it did not answer in time")),
    (
        "40",
        Words(
            "ander werk kreeg voorrang (deadlock of serialisatiefout)",
            "it gave other work precedence (deadlock or serialization failure)",
        ),
    ),
    (
        "53",
        Words("er is geen ruimte voor nog een verbinding of query", "it has no room for another connection or query"),
    ),
    ("57P03", Words("de database is aan het opstarten", "it is starting up")),
    ("57", Words("de database wordt afgesloten", "it is shutting down")),
    ("08", _LOST),
)
_SAYS_ORACLE = {
    "ORA-01017": Words("de gebruiker of het wachtwoord wordt geweigerd", "it refuses the user or the password"),
    "ORA-28000": Words("het account van de gebruiker is geblokkeerd", "the account of the user is locked"),
    "ORA-00942": Words("die tabel bestaat niet", "there is no such table"),
    "ORA-00904": Words("die kolom bestaat niet", "there is no such column"),
    "ORA-01031": Words("de gebruiker mag dat niet lezen", "its user may not read that"),
    "ORA-01456": Words(
        "de query zou iets wijzigen, en deze verbinding leest alleen",
        "the query would change something, and this connection only reads",
    ),
}
_SAYS_TEXT = (
    (re.compile(r"no such table", re.IGNORECASE), Words("die tabel bestaat niet", "there is no such table")),
    (re.compile(r"no such column", re.IGNORECASE), Words("die kolom bestaat niet", "there is no such column")),
    (
        re.compile(r"unable to open database file", re.IGNORECASE),
        Words("dat bestand bestaat niet, of mag niet worden gelezen", "there is no such file, or it may not be read"),
    ),
    (
        re.compile(r"readonly database", re.IGNORECASE),
        Words(
            "de query zou iets wijzigen, en deze verbinding leest alleen",
            "the query would change something, and this connection only reads",
        ),
    ),
    (
        re.compile(r"database is locked", re.IGNORECASE),
        Words("een vergrendeling is niet vrijgegeven", "a lock did not come free"),
    ),
    (
        re.compile(r"password|authentication|\brole\b|pg_hba", re.IGNORECASE),
        Words("de gebruiker of het wachtwoord wordt geweigerd", "it refuses the user or the password"),
    ),
    (
        re.compile(r"database .* does not exist", re.IGNORECASE),
        Words("die database bestaat niet", "there is no such database"),
    ),
    (
        re.compile(r"starting up|not yet accepting connections", re.IGNORECASE),
        Words("de database is aan het opstarten", "it is starting up"),
    ),
    (re.compile(r"failed to resolve|name or service not known|getaddrinfo", re.IGNORECASE), _NO_HOST),
    (_PASSING_TEXT, _LOST),
)


def worth_another_try(error: BaseException) -> bool:
    """Whether what failed may succeed a moment later."""
    origin = _origin(error)
    if state := sqlstate(origin):
        return state.startswith(PASSING_CLASSES) or state in PASSING_STATES
    if oracle := _oracle(origin):
        return oracle in PASSING_ORACLE
    number = origin.args[0] if origin.args else None
    if hasattr(origin, "sqlite_errorcode"):
        return origin.sqlite_errorcode & 0xFF in PASSING_SQLITE
    if isinstance(number, int) and number >= 1000:
        return number in PASSING_MYSQL
    if getattr(error, "connection_invalidated", False):
        return True
    if (known := passing(error)) is not None:
        return known
    return _is_of_driver(error) and bool(_PASSING_TEXT.search(str(origin)))


def cause_of(error: BaseException) -> Words:
    """Why a database cannot be read, in words and with its code, without anything that it quotes."""
    origin, kind = _origin(error), f" ({type(error).__name__})"
    if state := sqlstate(origin):
        words = next((words for prefix, words in _SAYS if state.startswith(prefix)), _same(type(origin).__name__))
        return words.then(f" ({state})")
    if oracle := _oracle(origin):
        unknown = _LOST if oracle in PASSING_ORACLE else _same(type(origin).__name__)
        return _SAYS_ORACLE.get(oracle, unknown).then(f" ({oracle})")
    if _is_of_driver(error):
        known = next((words for form, words in _SAYS_TEXT if form.search(str(origin))), None)
        return known.then(kind) if known else _same(type(error).__name__)
    if any(isinstance(e, socket.gaierror) for e in chain(error)):
        return _NO_HOST.then(kind)
    return _LOST.then(kind) if passing(error) else _same(type(error).__name__)


def _same(name: str) -> Words:
    return Words(name, name)


def sqlstate(origin: BaseException) -> str:
    """The SQLSTATE of a driver's error, or nothing.

    psycopg has it as `sqlstate`, psycopg2 as `pgcode`, ODBC puts it first of what the error was made with.
    """
    code: object = getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)
    if not code and origin.args:
        code = origin.args[0]
    return code if isinstance(code, str) and re.fullmatch(r"[0-9A-Z]{5}", code) else ""


def _oracle(origin: BaseException) -> str:
    code = getattr(origin.args[0], "full_code", "") if origin.args else ""
    return code if isinstance(code, str) else ""


def _origin(error: BaseException) -> BaseException:
    """The driver's own error."""
    origins = (getattr(e, "orig", None) for e in chain(error))
    return next((origin for origin in origins if isinstance(origin, BaseException)), error)


def _is_of_driver(error: BaseException) -> bool:
    """Whether the database or its driver raised it; an error about the address would quote the address."""
    return any(isinstance(getattr(e, "orig", None), BaseException) for e in chain(error))
