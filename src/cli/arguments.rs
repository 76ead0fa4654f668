//! The arguments of the program as a report shows them.

use spoglight_text::secrets::mask;

/// Arguments that are shown at most.
const MOST: usize = 100;

/// Option whose value is never shown.
const SECRET: &str = "--password";

/// The arguments of the program, without secrets; the first hundred of many.
pub(super) fn shown() -> Vec<String> {
    let all: Vec<String> = wild::args_os().skip(1).map(|one| one.to_string_lossy().into_owned()).collect();
    let mut shown = hidden(&all);
    if let Some(more) = shown.len().checked_sub(MOST).filter(|more| *more > 0) {
        shown.truncate(MOST);
        shown.push(format!("and {more} more"));
    }
    shown
}

fn hidden(all: &[String]) -> Vec<String> {
    let before = std::iter::once(None).chain(all.iter().map(Some));
    let shown = all.iter().zip(before).map(|(one, before)| {
        if before.is_some_and(|before| before == SECRET) {
            return "***".to_owned();
        }
        match one.strip_prefix(SECRET).and_then(|rest| rest.strip_prefix('=')) {
            Some(_) => format!("{SECRET}=***"),
            None => mask(one).into_owned(),
        }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let given = ["analyze", "a.zip", "--password", "geheim", "--password=other", "--tz", "UTC"];
        let given: Vec<String> = given.into_iter().map(ToOwned::to_owned).collect();
        assert_eq!(
            hidden(&given),
            ["analyze", "a.zip", "--password", "***", "--password=***", "--tz", "UTC"]
        );
    }
}
