"""What cannot be made again, copied elsewhere in generations, and put back on an empty machine."""
