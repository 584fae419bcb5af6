"""What data must look like: contracts, the calendar and the institution's profile. No Dagster here."""
