"""Pages for the applicant: apply, receipt, track, other requests."""
