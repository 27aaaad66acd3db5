"""The ledger: records and the rules over them. Knows nothing of terminals."""
