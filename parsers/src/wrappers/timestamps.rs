//! `docker logs -t` and `kubectl logs --timestamps`: a time in UTC with up to nine digits after the second, in front of
//! the line's own.

use super::{Unwrapped, Wrapper, WrapperContext};
use crate::layout;

/// The wrapper `container-timestamps`.
pub(super) struct Timestamps;

impl Wrapper for Timestamps {
    fn name(&self) -> &'static str {
        "container-timestamps"
    }

    fn title(&self) -> &'static str {
        "docker logs -t, kubectl logs --timestamps"
    }

    fn example(&self) -> &'static str {
        "2026-11-21T10:00:00.123456789Z "
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        if !line.first()?.is_ascii_digit() || line.get(10) != Some(&b'T') {
            return None;
        }
        let (stamp, taken) = layout::iso(line)?;
        stamp.offset?;
        let rest = line.get(taken..)?;
        let text = match rest {
            [b' ', text @ ..] => text,
            [] => rest,
            _ => return None,
        };
        Some(Unwrapped { text, ..Unwrapped::default() })
    }
}
