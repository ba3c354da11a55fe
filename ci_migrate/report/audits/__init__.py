"""What people and machines see of audits: one file per format, each with a `render`."""
