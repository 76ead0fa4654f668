//! Settings for some of the sources: `[GLOB=]VALUE`, as `--tz` and `--charset` take them.

use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

/// A value for all sources, or for those that a glob matches.
#[derive(Debug, Clone)]
pub struct Selector<T> {
    glob: Option<GlobMatcher>,
    /// The value.
    pub value: T,
    /// The rule as the user wrote it.
    pub written: String,
}

impl<T: FromStr<Err = String>> FromStr for Selector<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Selector<T>, String> {
        let (glob, value) = match text.rsplit_once('=') {
            Some((glob, value)) => (Some(glob), value),
            None => (None, text),
        };
        let value = value.trim().parse()?;
        let glob = glob
            .map(|glob| GlobBuilder::new(&glob.replace('\\', "/")).case_insensitive(true).build())
            .transpose()
            .map_err(|error| format!("the part before `=` is not a glob: {error}"))?
            .map(|glob| glob.compile_matcher());
        Ok(Selector { glob, value, written: text.to_owned() })
    }
}

/// All rules of one option, in the order in which they were given.
#[derive(Debug, Clone)]
pub struct PerSource<T>(pub Vec<Selector<T>>);

impl<T> Default for PerSource<T> {
    fn default() -> PerSource<T> {
        PerSource(Vec::new())
    }
}

impl<T> PerSource<T> {
    /// The rule for the source at `path` of the server `host`: the first whose glob matches, else the first without a
    /// glob.
    ///
    /// A glob is matched with the name of the server, the path, and the end of the path from any folder on; `*` also
    /// matches `/`.
    pub fn find(&self, path: &str, host: Option<&str>) -> Option<&Selector<T>> {
        let fits = |rule: &&Selector<T>| {
            rule.glob.as_ref().is_some_and(|glob| {
                host.is_some_and(|host| glob.is_match(host))
                    || glob.is_match(path)
                    || path.match_indices(['/', '!']).any(|(at, _)| glob.is_match(&path[at + 1..]))
            })
        };
        self.0.iter().find(fits).or_else(|| self.0.iter().find(|rule| rule.glob.is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone)]
    struct Word(String);

    impl FromStr for Word {
        type Err = String;

        fn from_str(text: &str) -> Result<Word, String> {
            if text.is_empty() { Err("a word is missing".to_owned()) } else { Ok(Word(text.to_owned())) }
        }
    }

    #[test]
    fn a_glob_beats_the_rule_for_all_and_the_first_beats_the_rest() {
        let texts = ["all", "PCCEADSA=ads", "*/icm/*=icm", "catalina*=tomcat"];
        let rules: PerSource<Word> = PerSource(texts.iter().map(|text| text.parse().expect(text)).collect());
        let found = |path, host| rules.find(path, host).map(|rule| rule.value.0.as_str());
        assert_eq!(found("case/x/catalina.out", Some("pcceadsa")), Some("ads"));
        assert_eq!(found("case/B/icm/tomcat/logs/catalina.log", None), Some("icm"));
        assert_eq!(found("case.zip!catalina.2026-11-21.log", None), Some("tomcat"));
        assert_eq!(found("case/other.log", None), Some("all"));
        let none: PerSource<Word> = PerSource(vec!["x=y".parse().expect("a rule")]);
        assert!(none.find("other", None).is_none());
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!("".parse::<Selector<Word>>().expect_err("nothing"), "a word is missing");
        assert!("[=x".parse::<Selector<Word>>().expect_err("no glob").contains("not a glob"));
    }
}
