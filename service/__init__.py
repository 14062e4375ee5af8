"""The running program: configuration, commands, jobs, schedule, staff page; the one place where parts are joined."""
