//! References and values of a topology that its form does not guard.

use std::collections::BTreeSet;

use crate::data::Condition;
use crate::data::{Data, LogEntry, OriginRule};
use crate::error::TopologyError;

type Checked = Result<(), TopologyError>;

/// Checks a whole file; the error names the entry.
pub(crate) fn check(data: &Data) -> Checked {
    unique("product", data.products.iter().map(|entry| &*entry.name))?;
    unique("folder", data.folders.iter().map(|entry| entry.name.as_str()))?;
    unique("file_name", data.file_names.iter().map(|entry| entry.name.as_str()))?;
    unique("format", data.formats.iter().map(|entry| entry.name.as_str()))?;
    unique("process", data.processes.iter().map(|entry| &*entry.name))?;
    let places = data.logs.iter().map(|entry| &*entry.name);
    unique("log", places.chain(data.artifacts.iter().map(|entry| entry.file.as_str())))?;
    unique("expected", data.expected.iter().map(|entry| entry.name.as_str()))?;
    unique("artifact", data.artifacts.iter().map(|entry| entry.kind.as_str()))?;
    unique("place", data.places.iter().map(|entry| entry.name.as_str()))?;
    unique("command", data.commands.iter().map(|entry| entry.name.as_str()))?;
    if let Some(place) = data.places.iter().find(|place| place.at.is_empty() || place.take.is_empty()) {
        return wrong("place", &place.name, "at or take is empty, so nothing would be found");
    }
    unique("duty", data.duties.iter().map(|entry| entry.name.as_str()))?;
    unique("role", data.roles.iter().map(|entry| entry.name.as_str()))?;
    unique("layer", data.layers.iter().map(|entry| entry.name.as_str()))?;
    for entry in &data.file_names {
        product(data, "file_name", &entry.name, &entry.product)?;
    }
    for entry in &data.processes {
        product(data, "process", &entry.name, &entry.product)?;
    }
    data.origins.iter().enumerate().try_for_each(|(at, rule)| origin(data, at, rule))?;
    data.logs.iter().try_for_each(|entry| log(data, entry))?;
    for entry in &data.expected {
        conditions(data, "expected", &entry.name, &entry.is)?;
        if !entry.also.is_empty() {
            conditions(data, "expected", &entry.name, &entry.also)?;
        }
        entry.logs.iter().try_for_each(|log| conditions(data, "expected", &entry.name, &log.is))?;
    }
    if !data.expected.iter().any(|part| part.name == data.pair.part) {
        let what = format!("no [[expected]] is called {:?}", data.pair.part);
        return Err(TopologyError::Entry { entry: "[pair]".to_owned(), what });
    }
    for entry in &data.services {
        if let Some(unknown) =
            entry.on.iter().find(|name| !data.duties.iter().any(|duty| duty.name == **name))
        {
            return wrong("service", &entry.about, format!("no duty is called {unknown:?}"));
        }
    }
    for entry in &data.duties {
        conditions(data, "duty", &entry.name, &entry.is)?;
    }
    for role in &data.roles {
        let unknown = role.does.iter().find(|name| !data.duties.iter().any(|duty| duty.name == **name));
        unknown
            .map_or(Ok(()), |name| wrong("role", &role.name, format!("no [[duty]] is called {name:?}")))?;
        if role.does.is_empty() {
            return wrong("role", &role.name, "does is empty, so every server would have it");
        }
    }
    if let Some(layer) = data.layers.iter().find(|layer| layer.ids.iter().any(String::is_empty)) {
        return wrong("layer", &layer.name, "ids holds an empty text, with which every id begins");
    }
    if data.fields.session.is_empty() {
        return Err(TopologyError::Entry {
            entry: "[fields]".to_owned(),
            what: "session is empty".to_owned(),
        });
    }
    Ok(())
}

fn wrong(table: &str, name: &str, what: impl Into<String>) -> Checked {
    Err(TopologyError::Entry { entry: format!("[[{table}]] {name:?}"), what: what.into() })
}

fn unique<'a>(table: &str, names: impl Iterator<Item = &'a str>) -> Checked {
    let mut known = BTreeSet::new();
    for name in names {
        if name.is_empty() {
            return wrong(table, name, "the name is empty");
        }
        if !known.insert(name) {
            return wrong(table, name, "two entries have this name");
        }
    }
    Ok(())
}

fn product(data: &Data, table: &str, name: &str, product: &str) -> Checked {
    if data.products.iter().any(|known| *known.name == *product) {
        return Ok(());
    }
    wrong(table, name, format!("no [[product]] is called {product:?}"))
}

fn origin(data: &Data, at: usize, rule: &OriginRule) -> Checked {
    let name = format!("number {}", at + 1);
    let has_condition = !rule.formats.is_empty()
        || !rule.in_all.is_empty()
        || !rule.in_any.is_empty()
        || rule.path_contains.is_some()
        || !rule.files.is_empty()
        || !rule.components.is_empty();
    if !has_condition {
        return wrong("origin", &name, "it has no condition, so every file would fit");
    }
    if rule.process.is_some() && rule.process_in_name {
        return wrong("origin", &name, "it has process and process_in_name; keep one of them");
    }
    match &rule.product {
        Some(known) => product(data, "origin", &name, known),
        None => wrong("origin", &name, "product is missing"),
    }
}

fn log(data: &Data, entry: &LogEntry) -> Checked {
    for duty in [&entry.on, &entry.not_on].into_iter().flatten() {
        if !data.duties.iter().any(|known| known.name == *duty) {
            return wrong("log", &entry.name, format!("no [[duty]] is called {duty:?}"));
        }
    }
    let process = data.processes.iter().find(|known| Some(&known.name) == entry.process.as_ref());
    match (&entry.process, entry.is.is_empty()) {
        (Some(_), false) => return wrong("log", &entry.name, "it has process and is; keep one of them"),
        (None, true) if entry.unread.is_none() => {
            return wrong("log", &entry.name, "process or is is missing");
        }
        (Some(_), true) if entry.unread.is_some() => {
            return wrong("log", &entry.name, "it has process and unread; keep one of them");
        }
        (None, false) if entry.unread.is_some() => {
            return wrong("log", &entry.name, "it has is and unread; keep one of them");
        }
        (Some(name), true) if process.is_none() => {
            return wrong("log", &entry.name, format!("no [[process]] is called {:?}", &**name));
        }
        (_, true) => {}
        (None, false) => conditions(data, "log", &entry.name, &entry.is)?,
    }
    let product =
        data.products.iter().find(|known| process.is_some_and(|process| process.product == known.name));
    if entry.collect.is_none() && product.is_none_or(|product| product.collect.is_none()) {
        return wrong("log", &entry.name, "collect is missing, and its product has none");
    }
    Ok(())
}

fn conditions(data: &Data, table: &str, name: &str, all: &[Condition]) -> Checked {
    if all.is_empty() || all.iter().any(Condition::is_empty) {
        return wrong(table, name, "is has no condition, so every file would fit");
    }
    all.iter()
        .filter_map(|condition| condition.product.as_deref())
        .try_for_each(|known| product(data, table, name, known))
}
