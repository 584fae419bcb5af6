"""The former place of mirroring, until the step of publication names the new one."""
