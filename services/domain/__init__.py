"""The domain: a package for each subject, with its events, commands, rules and sentences."""
