"""A simulated office: units that report as people do, an officer who settles what waits, and what he had to do."""
