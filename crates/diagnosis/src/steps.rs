//! Steps of a finding, filled with the values that its hits captured.

use std::collections::BTreeMap;

use spoglight_signatures::fill;

/// Values that were captured together, in the order of the names of the captures, with their count.
pub(super) type Together = BTreeMap<Box<[Box<str>]>, u64>;

/// Other values of a capture that a step lists.
const NAMED_VALUES: usize = 4;

/// Fills the placeholders of steps with values that were captured together. The most frequent are used, and the first step
/// that uses a name lists its other values.
pub(super) fn fill(steps: &[String], names: &[String], together: &Together) -> Vec<String> {
    let used: Vec<&str> = steps.iter().flat_map(|step| fill::names(step)).collect();
    let is_used = |name: &String| used.contains(&name.as_str());
    let values = |all: &'_ [Box<str>]| -> Vec<Box<str>> {
        names.iter().zip(all).filter(|(name, _)| is_used(name)).map(|(_, value)| value.clone()).collect()
    };
    let used: Vec<&String> = names.iter().filter(|name| is_used(name)).collect();
    let mut counted: BTreeMap<Vec<Box<str>>, u64> = BTreeMap::new();
    for (all, count) in together {
        *counted.entry(values(all)).or_default() += count;
    }
    let mut all: Vec<(Vec<Box<str>>, u64)> = counted.into_iter().collect();
    all.retain(|(values, _)| values.iter().any(|value| !value.is_empty()));
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count)); // stable: then by value
    let Some((mut best, _)) = all.first().cloned() else {
        return steps.iter().map(|step| fill::fill(step, &|_| None)).collect();
    };
    // a value that is missing comes from a hit that has the same others
    for (other, _) in &all {
        let is_same = best.iter().zip(other).all(|(own, other)| own.is_empty() || own == other);
        if is_same {
            best.clone_from(other);
        }
    }
    let value = |name: &str| {
        let at = used.iter().position(|known| *known == name)?;
        best.get(at).map(|value| &**value).filter(|value| !value.is_empty())
    };
    let mut listed: Vec<&str> = Vec::new();
    let mut filled = Vec::with_capacity(steps.len());
    for step in steps {
        let mut text = fill::fill(step, &value);
        for name in fill::names(step) {
            let Some(at) = used.iter().position(|known| *known == name) else { continue };
            if listed.contains(&name) {
                continue;
            }
            listed.push(name);
            let mut others: Vec<&str> = Vec::new();
            for (values, _) in &all {
                let other = values.get(at).map_or("", |value| &**value);
                if !other.is_empty() && Some(other) != value(name) && !others.contains(&other) {
                    others.push(other);
                }
            }
            text.push_str(&also(name, &others));
        }
        filled.push(text);
    }
    filled
}

/// The sentence that lists the other values of a capture.
fn also(name: &str, others: &[&str]) -> String {
    let shown: Vec<&str> =
        others.iter().copied().filter(|other| fill::is_safe(other, true)).take(NAMED_VALUES).collect();
    if shown.is_empty() {
        return String::new();
    }
    let more = match others.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(" Also seen as {}: {}{more}.", name.replace('_', " "), shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(all: &[&str], hits: &[([&str; 2], u64)]) -> Vec<String> {
        let together = hits.iter().map(|(values, count)| {
            let values: Vec<Box<str>> = values.iter().map(|value| (*value).into()).collect();
            (values.into_boxed_slice(), *count)
        });
        let steps: Vec<String> = all.iter().map(|step| (*step).to_owned()).collect();
        fill(&steps, &["host".to_owned(), "port".to_owned()], &together.collect())
    }

    #[test]
    fn the_most_frequent_values_that_belong_together_are_used() {
        let hits = [(["a", "1"], 2), (["b", "2"], 3), (["b", "3"], 1)];
        assert_eq!(
            steps(&["`ping {host}:{port}`", "ask {host}"], &hits),
            ["`ping b:2` Also seen as host: a. Also seen as port: 1, 3.", "ask b"]
        );
        // the port of another host is not used
        assert_eq!(
            steps(&["{host}:{port}"], &[(["a", ""], 9), (["b", "2"], 1)])[0].split(' ').next(),
            Some("a:<PORT>")
        );
        assert_eq!(steps(&["{host}:{port}"], &[(["a", ""], 9), (["a", "2"], 1)]), ["a:2"]);
        assert_eq!(steps(&["{host}:{port}"], &[(["", ""], 9)]), ["<HOST>:<PORT>"]);
        assert_eq!(steps(&["no name"], &[(["a", "1"], 1)]), ["no name"]);
    }

    #[test]
    fn hostile_values_are_neither_used_nor_listed() {
        let hits = [(["a & reboot", "1"], 5), (["b", "1"], 1), (["c;d", "1"], 1)];
        assert_eq!(steps(&["`ping {host}`"], &hits), ["`ping <HOST>` Also seen as host: b and 1 more."]);
    }
}
