/* A disk that is full, worn out, read-only or over quota: loaded before the C library (LD_PRELOAD), this has the
   calls that write below FAULT_ROOT fail with the error FAULT_ERRNO: FAULT_TIMES of them (all, where that is not set)
   from the FAULT_FROM-th on, or from the first call of the name FAULT_CALL to a path that matches FAULT_PATH.
   The number of such calls so far is in the file FAULT_COUNT when a process ends; FAULT_LIST gets a line of each, with
   its name and path. What is read, removed or printed goes on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static long calls = 0;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void list(const char *call, const char *path) {
    FILE *file = fopen(getenv("FAULT_LIST"), "a");
    if (file) { fprintf(file, "%s\t%s\n", call, path); fclose(file); }
}

/* Whether this is the number of a call that is to fail. */
static int due(const char *call, const char *path) {
    const char *from = getenv("FAULT_FROM"), *times = getenv("FAULT_TIMES"), *name = getenv("FAULT_CALL");
    static long met = 0; /* the number of the first call by name and path, once it came */
    long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST), none = 0, first = 0;
    if (name) {
        if (!__atomic_load_n(&met, __ATOMIC_SEQ_CST) && !strcmp(name, call) && !fnmatch(getenv("FAULT_PATH"), path, 0))
            __atomic_compare_exchange_n(&met, &none, number, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
        first = __atomic_load_n(&met, __ATOMIC_SEQ_CST);
    } else if (from) first = atol(from);
    return first && number >= first && !(times && number >= first + atol(times));
}

static int fails(const char *call, const char *path) {
    const char *root = getenv("FAULT_ROOT"), *error = getenv("FAULT_ERRNO");
    if (!root || !path) return 0;
    char whole[PATH_MAX];
    if (path[0] != '/') {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here)) return 0;
        snprintf(whole, sizeof whole, "%s/%s", here, path);
        path = whole;
    }
    if (strncmp(path, root, strlen(root)) != 0) return 0;
    if (getenv("FAULT_LIST")) list(call, path);
    if (!due(call, path)) return 0;
    errno = error ? atoi(error) : ENOSPC;
    return 1;
}

static int fails_for(const char *call, int handle) {
    char link[64], path[PATH_MAX];
    if (!getenv("FAULT_ROOT") || handle < 3) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return fails(call, path);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAULT_COUNT");
    if (!path) return;
    FILE *file = fopen(path, "w");
    if (file) { fprintf(file, "%ld", calls); fclose(file); }
}

void fault_tell(void) { tell(); }

#define OPENING(name)                                                                        \
    int name(const char *path, int flags, ...) {                                             \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if ((flags & (O_CREAT | O_TRUNC)) && fails("open", path)) return -1;              \
        return NEXT(name)(path, flags, mode);                                                \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                                                     \
    int name(int folder, const char *path, int flags, ...) {                                 \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if ((flags & (O_CREAT | O_TRUNC)) && fails("open", path)) return -1;              \
        return NEXT(name)(folder, path, flags, mode);                                        \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

#define BY_HANDLE(result, name, parameters, ...)                                             \
    result name parameters { return fails_for(#name, handle) ? -1 : NEXT(name)(__VA_ARGS__); }
BY_HANDLE(ssize_t, write, (int handle, const void *bytes, size_t size), handle, bytes, size)
BY_HANDLE(ssize_t, pwrite, (int handle, const void *bytes, size_t size, off_t at), handle, bytes, size, at)
BY_HANDLE(ssize_t, pwrite64, (int handle, const void *bytes, size_t size, off64_t at), handle, bytes, size, at)
BY_HANDLE(ssize_t, writev, (int handle, const struct iovec *parts, int count), handle, parts, count)
BY_HANDLE(ssize_t, pwritev, (int handle, const struct iovec *parts, int count, off_t at), handle, parts, count, at)
BY_HANDLE(ssize_t, sendfile, (int handle, int from, off_t *at, size_t size), handle, from, at, size)
BY_HANDLE(ssize_t, sendfile64, (int handle, int from, off64_t *at, size_t size), handle, from, at, size)
BY_HANDLE(int, fsync, (int handle), handle)
BY_HANDLE(int, fdatasync, (int handle), handle)
BY_HANDLE(int, ftruncate, (int handle, off_t size), handle, size)
BY_HANDLE(int, ftruncate64, (int handle, off64_t size), handle, size)
BY_HANDLE(int, fallocate, (int handle, int mode, off_t at, off_t size), handle, mode, at, size)
BY_HANDLE(int, fallocate64, (int handle, int mode, off64_t at, off64_t size), handle, mode, at, size)

#define BY_PATH(name, parameters, path, ...)                                                 \
    int name parameters { return fails(#name, path) ? -1 : NEXT(name)(__VA_ARGS__); }
BY_PATH(mkdir, (const char *path, mode_t mode), path, path, mode)
BY_PATH(mkdirat, (int folder, const char *path, mode_t mode), path, folder, path, mode)
BY_PATH(rename, (const char *from, const char *to), to, from, to)
BY_PATH(renameat, (int one, const char *from, int other, const char *to), to, one, from, other, to)
BY_PATH(link, (const char *from, const char *to), to, from, to)
BY_PATH(linkat, (int one, const char *from, int other, const char *to, int how), to, one, from, other, to, how)
BY_PATH(symlink, (const char *from, const char *to), to, from, to)
BY_PATH(symlinkat, (const char *from, int folder, const char *to), to, from, folder, to)
