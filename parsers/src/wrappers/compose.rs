//! `docker compose logs`: the name of the container, padded, and a bar: `wildfly_1  | `, `app-web-1 | `.

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `docker-compose`.
pub(super) struct Compose;

/// Longest name of a container.
const NAME: usize = 80;

impl Wrapper for Compose {
    fn name(&self) -> &'static str {
        "docker-compose"
    }

    fn title(&self) -> &'static str {
        "docker compose logs"
    }

    fn example(&self) -> &'static str {
        "wildfly_1  | "
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let bar = memchr::memchr(b'|', line.get(..NAME).unwrap_or(line))?;
        let (before, after) = line.split_at(bar);
        let name = before.trim_ascii_end();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
        // the bar has a space on both sides; an empty line may have lost the second
        let rest = after.get(1..)?;
        let text = match rest {
            [b' ', text @ ..] => text,
            [] => rest,
            _ => return None,
        };
        let is_sound = before.len() > name.len()
            && name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(is_name);
        is_sound.then_some(Unwrapped { host: b"", name, text })
    }

    fn is_noise(&self, line: &[u8]) -> bool {
        line.starts_with(b"Attaching to ") || line.ends_with(b" exited with code 0")
    }
}
