//! Late parts of messages.
