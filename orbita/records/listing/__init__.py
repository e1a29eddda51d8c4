"""Lists of records: what is asked for, what comes back, filters, columns, export."""
