//! Completions at the cursor of a filter that is being typed: names of fields with an operator, levels, and values
//! that the caller knows.

use super::query::Query;
use super::subject::Field;
use spoglight_parsers::Level;

/// Maximum number of options.
const MOST: usize = 50;

/// Completions at a position of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Start of the bytes of the filter that an option replaces.
    pub from: usize,
    /// End of these bytes.
    pub to: usize,
    /// The options, best first.
    pub options: Vec<String>,
}

/// Returns the completions at the byte `cursor` of a filter. `values` returns the values of a field by its name,
/// `finding` included.
pub fn complete(text: &str, cursor: usize, values: &dyn Fn(&str) -> Vec<String>) -> Completion {
    let before = text.get(..cursor).unwrap_or(text);
    let Some(start) = term_start(before) else { return Completion::default() };
    let term = before.get(start..).unwrap_or_default();
    let (from, options) = match term.find([':', '=', '<', '>', '!']) {
        Some(at) if at > 0 => {
            let (name, rest) = term.split_at(at);
            let typed = rest.trim_start_matches([':', '=', '<', '>', '!']);
            let name = name.to_ascii_lowercase();
            let all = match name.as_str() {
                "level" => Level::ALL.iter().map(|level| level.name().to_owned()).collect(),
                "finding" => values("finding"),
                name if Field::ALL.iter().any(|field| field.name() == name) => values(name),
                _ => return Completion::default(),
            };
            (before.len() - typed.len(), fitting(all, typed, true))
        }
        _ => {
            let fields = Field::ALL.iter().map(|field| format!("{}:", field.name()));
            let names = ["level>=".to_owned()].into_iter().chain(fields).chain(["finding:".to_owned()]);
            let words = ["and", "or", "not"].map(|word| format!("{word} "));
            let all = names.chain(if start > 0 && !term.is_empty() { words.to_vec() } else { Vec::new() });
            (start, fitting(all.collect(), term, false))
        }
    };
    Completion { from, to: before.len(), options }
}

/// Start of the term that ends here; `None` inside quotes and regexes.
fn term_start(before: &str) -> Option<usize> {
    let (mut start, mut quote, mut last) = (0, None, ' ');
    for (at, one) in before.char_indices() {
        match quote {
            Some(end) if one == end && last != '\\' => quote = None,
            None if one == '"' => quote = Some('"'),
            // a slash begins a regex at the start of a value
            None if one == '/' && (last.is_whitespace() || [':', '=', '('].contains(&last)) => {
                quote = Some('/');
            }
            None if one.is_whitespace() || ['(', ')'].contains(&one) => start = at + one.len_utf8(),
            None if ['-', '!'].contains(&one) && at == start => start = at + 1,
            _ => {}
        }
        last = if last == '\\' && one == '\\' { ' ' } else { one };
    }
    quote.is_none().then_some(start)
}

/// The options that begin with the typed text, then those that contain it.
fn fitting(all: Vec<String>, typed: &str, is_value: bool) -> Vec<String> {
    let typed = typed.to_lowercase();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for one in all {
        let lower = one.to_lowercase();
        if lower == typed || one.is_empty() {
            continue;
        }
        let list = if lower.starts_with(&typed) {
            &mut first
        } else if lower.contains(&typed) && !typed.is_empty() {
            &mut second
        } else {
            continue;
        };
        list.push(if is_value { quoted(&one) } else { one });
    }
    first.append(&mut second);
    first.truncate(MOST);
    first
}

/// A value in the syntax of the language: in quotes, unless it is a plain word.
fn quoted(value: &str) -> String {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if is_plain && Query::parse(&format!("source:{value}")).is_ok() && !value.starts_with('-') {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Subject;
    use proptest::prelude::*;
    use std::borrow::Cow;

    fn options(text: &str) -> Vec<String> {
        let values = |field: &str| match field {
            "host" => vec!["ECEAPP01".to_owned(), "PCCE ADS".to_owned()],
            "finding" => vec!["tls-pkix".to_owned()],
            _ => Vec::new(),
        };
        let found = complete(text, text.len(), &values);
        found.options.iter().map(|option| format!("{}{option}", &text[..found.from])).collect()
    }

    #[test]
    fn fields_levels_and_values() {
        assert_eq!(options("lev"), ["level>="]);
        assert_eq!(options("timeout and -le"), ["timeout and -level>="]);
        assert_eq!(options("not (ho"), ["not (host:", "not (method:"]);
        assert_eq!(options("level>=w"), ["level>=warn", "level>=unknown"]);
        assert_eq!(options("host:"), ["host:ECEAPP01", "host:\"PCCE ADS\""]);
        assert_eq!(options("host=ads"), ["host=\"PCCE ADS\""]);
        assert_eq!(options("FINDING:t"), ["FINDING:tls-pkix"]);
        assert_eq!(
            options("x o"),
            ["x or ", "x host:", "x source:", "x process:", "x format:", "x method:", "x session:", "x not "]
        );
        assert!(options("\"host:").is_empty(), "a phrase is a phrase");
        assert!(options("/host:").is_empty());
        assert!(options("C:\\icm").is_empty(), "no field is called so");
    }

    struct Of(String);

    impl Subject for Of {
        fn level(&self) -> Level {
            Level::None
        }

        fn text(&self) -> Cow<'_, [u8]> {
            Cow::Borrowed(b"")
        }

        fn field(&self, field: Field) -> Option<Cow<'_, [u8]>> {
            (field == Field::Thread).then_some(Cow::Borrowed(self.0.as_bytes()))
        }

        fn findings(&self) -> &[&str] {
            &[]
        }
    }

    proptest! {
        #[test]
        fn every_option_means_its_value(value in "[ -~é漢]{1,20}") {
            let found = complete("thread=", 7, &|_| vec![value.clone()]);
            for option in found.options {
                let text = format!("thread={option}");
                let query = Query::parse(&text);
                prop_assert!(query.is_ok(), "{}", text);
                prop_assert!(query.is_ok_and(|query| query.matches(&Of(value.clone()))), "{}", text);
            }
        }

        #[test]
        fn any_text_is_taken(text in any::<String>(), cursor in 0usize..40) {
            let found = complete(&text, cursor, &|_| vec!["x".to_owned()]);
            if !found.options.is_empty() {
                prop_assert!(text.is_char_boundary(found.from) && text.is_char_boundary(found.to) && found.from <= found.to);
            }
        }
    }
}
