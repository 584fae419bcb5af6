"""The workbook that a faculty fills in, and the way back: its own workbook with what is wrong marked in it.

`template` builds from contracts and profile what there is to fill in; `feedback` marks in what was delivered which
cells were set aside, and why. Both are read back by staging like any delivery.
"""
