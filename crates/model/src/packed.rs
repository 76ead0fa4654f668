//! Values as few bytes: a number takes as many as it needs, and what is empty one. For what is kept of each of a hundred
//! thousand files and rarely asked for.

use serde::Serialize;
use serde::de::DeserializeOwned;

// reasons why it does not fail
const IN_MEMORY: &str = "writing to memory does not fail";
const AS_PACKED: &str = "these are the bytes of a value that was packed";

/// The bytes of a value.
///
/// # Panics
///
/// For a list or map that does not know its length. The derived forms do.
pub fn pack<T: Serialize>(value: &T) -> Box<[u8]> {
    postcard::to_stdvec(value).expect(IN_MEMORY).into()
}

/// The value of bytes that [`pack`] made of one of the same type.
///
/// # Panics
///
/// For other bytes.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> T {
    postcard::from_bytes(bytes).expect(AS_PACKED)
}
