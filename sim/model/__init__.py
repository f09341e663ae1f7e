"""What happens: departments wired into one company and run against the clock; what it amounts to is said by metrics."""
