//! `kubectl logs --prefix`: `[pod/ece-app-0/tomcat] `.

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `kubectl-prefix`.
pub(super) struct KubectlPrefix;

impl Wrapper for KubectlPrefix {
    fn name(&self) -> &'static str {
        "kubectl-prefix"
    }

    fn title(&self) -> &'static str {
        "kubectl logs --prefix"
    }

    fn example(&self) -> &'static str {
        "[pod/app-0/tomcat] "
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let inner = line.strip_prefix(b"[pod/")?;
        let end = memchr::memchr(b']', inner.get(..520).unwrap_or(inner))?;
        let (name, after) = inner.split_at(end);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-./".contains(byte);
        let rest = after.get(1..)?;
        let text = match rest {
            [b' ', text @ ..] => text,
            [] => rest,
            _ => return None,
        };
        (name.contains(&b'/') && name.iter().all(is_name)).then_some(Unwrapped { host: b"", name, text })
    }

    fn is_unmistakable(&self) -> bool {
        true
    }
}
