"""What was decided about deliveries: corrections, waivers, approvals and withdrawals, each a record with its reason.

Nobody edits a delivery. Decisions are delivered themselves, in a register that is staged before everything else; here
is what each kind of record does to the rest.
"""
