//! What commands are for, what their statuses mean and what becomes of their operands, from `rules/commands/*.toml`.
