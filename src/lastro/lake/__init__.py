"""The lakehouse machine: landing, tables on Delta Lake, quality, lineage. It knows no finance."""
