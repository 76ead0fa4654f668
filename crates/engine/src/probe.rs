//! Probing: detects from samples of its bytes whether a source is text, its charset, formats and language.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::Arc;

use encoding_rs::Encoding;
use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::{DayOrder, Format, code_page, language};

use spoglight_artifacts as artifacts;
use spoglight_artifacts::{Artifact, Rounds, RoundsLimit};
use spoglight_source::{Bundle, Problem, ProblemKind, Source, not_text};
use spoglight_text::charset::{Charset, CharsetRules};
use spoglight_text::humanize::grouped;
use spoglight_text::source_path::folder;
use spoglight_topology::Topology;

use crate::learn;
use crate::wrapping::{self, Wrapping};

/// Bytes at the start of a source that are read as a sample.
const HEAD: u64 = 64 << 10;

/// Bytes of each further sample, if a source can seek: its format or charset may have changed.
const SAMPLE: u64 = 16 << 10;

/// Bytes of the largest file that is read as an artifact: a truststore with all roots of the world has 300 kB.
const EXHIBIT: u64 = 8 << 20;

/// Number of further samples, at even distances.
const PLACES: u64 = 4;

/// Bytes in lines that are not UTF-8 which are kept to try other code pages on.
const ODD: usize = 2 << 10;

/// Messages whose words are read to detect the language.
const MESSAGES: usize = 400;

/// Result of probing a source.
#[derive(Default)]
pub(crate) struct Probe<'f> {
    pub(crate) charset: Option<Charset>,
    pub(crate) mix: Option<FormatSet<'f>>,
    pub(crate) language: Option<String>,
    /// The server that its messages name, if its path names none.
    pub(crate) host: Option<Arc<str>>,
    pub(crate) problem: Option<Problem>,
    /// The artifact that it is, if it is not a log, and its bytes.
    pub(crate) artifact: Option<Box<(Artifact, u64)>>,
    /// How its lines are wrapped, if it is an extract.
    pub(crate) wrapping: Option<Box<Wrapping>>,
    /// Some of its lines that are not UTF-8.
    odd: Vec<u8>,
    /// It is a store on which no password was tried yet.
    needs_rounds: bool,
}

/// Probes all sources of a bundle, in their order.
pub(crate) fn all<'f>(bundle: &Bundle, known: &[&'f dyn Format], charsets: &CharsetRules) -> Vec<Probe<'f>> {
    let (mut probes, mut lists) = (Vec::with_capacity(bundle.sources.len()), Vec::new());
    for batch in bundle.sources.chunks(BATCH) {
        let unpacks = |source: &Source| source.unpacks().min(2 * EXHIBIT);
        let mut probed: Vec<Probe<'f>> = bundle.each(batch, unpacks, |source| {
            probe(source, known, charsets, bundle.given_passwords(), &mut Rounds::none())
        });
        share(&mut probed, &mut lists);
        probes.append(&mut probed);
    }
    // one after the other, so that it does not depend on threads which of many are tried
    let mut rounds = Rounds::of_run();
    for (source, one) in bundle.sources.iter().zip(&mut probes).filter(|(_, one)| one.needs_rounds) {
        *one = probe(source, known, charsets, bundle.given_passwords(), &mut rounds);
    }
    learn_code_pages(bundle, &mut probes);
    learn_day_orders(bundle, &mut probes);
    probes
}

/// Gives sources with dates such as `11/12/2026`, of which no line shows the order of day and month, the order of other
/// sources of their server, if all of those have the same. The dates of the others are not read, and a problem shows it.
fn learn_day_orders(bundle: &Bundle, probes: &mut [Probe<'_>]) {
    // nearly all collections have none
    if !probes.iter().any(|probe| probe.mix.as_ref().is_some_and(FormatSet::has_open_dates)) {
        return;
    }
    let mut known: BTreeMap<&str, BTreeSet<DayOrder>> = BTreeMap::new();
    let server = |source: &'_ Source, probe: &Probe<'_>| source.host.clone().or_else(|| probe.host.clone());
    let servers: Vec<Option<Arc<str>>> =
        bundle.sources.iter().zip(&*probes).map(|(source, probe)| server(source, probe)).collect();
    for (server, probe) in servers.iter().zip(&*probes) {
        let order = probe.mix.as_ref().and_then(FormatSet::day_order);
        if let (Some(server), Some(order)) = (server, order) {
            known.entry(server).or_default().insert(order);
        }
    }
    for ((source, server), probe) in bundle.sources.iter().zip(&servers).zip(probes.iter_mut()) {
        let Some(mix) = probe.mix.as_mut().filter(|mix| mix.has_open_dates()) else { continue };
        let orders = server.as_deref().and_then(|server| known.get(server));
        let only = orders.filter(|orders| orders.len() == 1).and_then(BTreeSet::first);
        if let Some(only) = only {
            mix.set_day_order(*only);
            continue;
        }
        let what = "has events whose dates are not read: no line shows whether the day or the month is first";
        let advice = "save the events again as .evtx or XML, or add events of the same server after the 12th of a month";
        probe.problem.get_or_insert_with(|| Problem::new(&*source.path, what, advice));
    }
}

/// Sources that are probed before they share their lists of formats, which take more memory than the rest of a probe.
const BATCH: usize = 1 << 10;

/// Lists of formats that are kept to be shared: a collection has few different ones.
const LISTS: usize = 64;

/// Lets sources with the same formats have one list of them; `lists` are those of earlier sources.
fn share<'f>(probes: &mut [Probe<'f>], lists: &mut Vec<FormatSet<'f>>) {
    for mix in probes.iter_mut().filter_map(|probe| probe.mix.as_mut()) {
        if !lists.iter().any(|known| mix.share(known)) && lists.len() < LISTS {
            lists.push(mix.clone());
        }
    }
}

/// Probes one source. The passwords are for stores of certificates, and are tried as far as `rounds` allows.
pub(crate) fn probe<'f>(
    source: &Source,
    known: &[&'f dyn Format],
    charsets: &CharsetRules,
    passwords: &[String],
    rounds: &mut Rounds,
) -> Probe<'f> {
    let problem = |what: String, advice: &str| Probe {
        problem: Some(Problem::new(&*source.path, what, advice)),
        ..Probe::default()
    };
    let sample = match sample_of(source) {
        Ok(sample) => sample,
        Err(error) => {
            return problem(
                format!("cannot be read: {error}"),
                "collect it again, or copy it to a local disk first",
            );
        }
    };
    if sample.is_empty() {
        return Probe::default();
    }
    if let Some(reader) = artifacts::reader_of(&source.path, &sample) {
        rounds.next_file();
        let artifact = read_artifact(source, reader, passwords, rounds);
        let needs_rounds = rounds.denied().is_some();
        let broken = artifact.as_ref().ok().and_then(|(artifact, _)| broken(source, artifact));
        return match artifact {
            Ok(artifact) => Probe {
                host: source.host.is_none().then(|| artifact.0.host().map(Arc::from)).flatten(),
                artifact: Some(Box::new(artifact)),
                problem: rounds.denied().map(|limit| not_tried(source, limit)).or(broken),
                needs_rounds,
                ..Probe::default()
            },
            Err(problem) => Probe { problem: Some(problem), needs_rounds, ..Probe::default() },
        };
    }
    probe_sample(&source.path, source.host.as_deref(), &sample, known, charsets)
}

/// Probes a log at `path`, of the server `host` if that is known, by a sample of its bytes.
pub(crate) fn probe_sample<'f>(
    path: &str,
    host: Option<&str>,
    sample: &[u8],
    known: &[&'f dyn Format],
    charsets: &CharsetRules,
) -> Probe<'f> {
    let mut charset = match charsets.find(path, host) {
        Some(rule) => Charset::given(rule, sample),
        None => Charset::detect(sample, code_page),
    };
    if !charset.is_recoded()
        && let Some(found) = not_text(sample)
    {
        let what = format!("is {}, so it was not read as a log", found.what);
        let problem = Problem::new(path, what, found.advice).of_kind(found.kind);
        return Probe { problem: Some(problem), ..Probe::default() };
    }
    let mut text = Vec::new();
    let mut behind_mark = sample.get(charset.first_line()..).unwrap_or_default();
    // reading from memory does not fail
    let _ = charset.reader(&mut behind_mark).read_to_end(&mut text);
    let text = charset.text_of(&text);
    let mut mix = FormatSet::new(known, &text);
    let wrapping = wrapping::detect(known, &mix, &text).map(Box::new);
    let mut problem = None;
    if wrapping.is_none()
        && !mix.main().understands()
        && let Some((format, doubt)) = learn::format_of(&text)
    {
        mix = FormatSet::new(&[known, &[format]].concat(), &text);
        problem = doubt.map(|doubt| learn::doubted(path, &doubt));
    }
    // only where other code pages may be tried on them
    let lines = sample.split(|byte| *byte == b'\n').filter(|_| !charset.is_sure);
    let odd = lines.filter(|line| std::str::from_utf8(line).is_err());
    let odd: Vec<u8> = odd.flat_map(|line| line.iter().copied()).take(ODD).collect();
    let language = speaks(mix.main(), &text);
    let host = host.is_none().then(|| server_in(mix.main(), &text)).flatten().map(Arc::from);
    if let Some((language, label)) =
        language.as_deref().and_then(|tag| Some((tag, language::code_page_of(tag)?)))
        && let Some(encoding) = Encoding::for_label(label.as_bytes())
    {
        charset.learn(encoding, &odd, &format!("its language, {language}"));
    }
    Probe {
        language,
        host,
        charset: Some(charset),
        mix: Some(mix),
        wrapping,
        odd,
        problem,
        ..Probe::default()
    }
}

/// The problem of an artifact of which a part could not be read.
fn broken(source: &Source, artifact: &Artifact) -> Option<Problem> {
    let why = artifact.unread();
    let more = why.len().saturating_sub(1);
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    let what = format!("was read only in part: {}{more}", why.first()?);
    Some(Problem::new(
        &*source.path,
        what,
        "save the whole output again, each command into a file of its own",
    ))
}

/// The problem of a store whose passwords were not all tried.
fn not_tried(source: &Source, limit: RoundsLimit) -> Problem {
    let rounds = grouped(u64::from(limit.rounds()));
    let (what, advice) = match limit {
        RoundsLimit::File => (
            format!("takes more than {rounds} rounds of hashing, so not all passwords were tried"),
            "list it with `keytool -list -v`, and add its certificates as files",
        ),
        RoundsLimit::Run => (
            format!(
                "is after stores that took all {rounds} rounds of hashing of a run, so not all passwords were tried"
            ),
            "analyze it in a run of its own, with --password if it is not the usual one",
        ),
    };
    Problem::new(&*source.path, what, advice)
}

/// Reads a non-log artifact, and returns its size in bytes with it.
fn read_artifact(
    source: &Source,
    reader: &dyn artifacts::Reader,
    passwords: &[String],
    rounds: &mut Rounds,
) -> Result<(Artifact, u64), Problem> {
    let problem = |error: String| {
        let what = format!("cannot be read as what it looks like: {error}");
        Problem::new(&*source.path, what, "ask for it again, packed as zip")
    };
    let bytes = read_whole(source).map_err(problem)?;
    let kind = if reader.is_store(&bytes) { ProblemKind::Keystore } else { ProblemKind::Other };
    let artifact = reader.read(&bytes, passwords, rounds).map_err(|error| problem(error).of_kind(kind))?;
    Ok((artifact, bytes.len() as u64))
}

fn read_whole(source: &Source) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    source
        .read(0, |stream| stream.take(EXHIBIT + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > EXHIBIT {
        return Err(format!("it has more than {EXHIBIT} bytes"));
    }
    Ok(bytes)
}

/// The head of a source, and some of it further down. Fails if nothing can be read.
pub(crate) fn sample_of(source: &Source) -> io::Result<Vec<u8>> {
    let mut sample = Vec::new();
    match take(source, &mut sample) {
        Err(error) if sample.is_empty() => Err(error),
        _ => Ok(sample),
    }
}

/// Reads the head of a source, and some of it further down.
fn take(source: &Source, sample: &mut Vec<u8>) -> io::Result<()> {
    source.read(0, |stream| stream.take(HEAD).read_to_end(sample))?;
    if !source.can_seek() || source.size < HEAD * PLACES {
        return Ok(());
    }
    for place in 1..=PLACES {
        // an even place, for UTF-16
        let at = (source.size * place / PLACES).saturating_sub(SAMPLE) & !1;
        let mut bytes = Vec::new();
        source.read(at, |stream| stream.take(SAMPLE).read_to_end(&mut bytes))?;
        // whole lines only, as if they followed the head
        let from = memchr::memchr(b'\n', &bytes).map_or(bytes.len(), |end| end + 1);
        let to = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
        if let Some(lines) = bytes.get(from..to).filter(|lines| !lines.contains(&0)) {
            let end = memchr::memrchr(b'\n', sample).map_or(sample.len(), |end| end + 1);
            if sample.len() as u64 == HEAD {
                sample.truncate(end);
            }
            sample.extend_from_slice(lines);
        }
    }
    Ok(())
}

/// Gives sources whose own bytes are not conclusive the code page of their neighbours: of the same server, and without
/// a known server of the same folder. Two customers may have their logs in one collection.
fn learn_code_pages(bundle: &Bundle, probes: &mut [Probe<'_>]) {
    type Known = BTreeMap<&'static str, (usize, &'static Encoding, usize)>;
    fn scope(source: &Source) -> (Option<&str>, &str) {
        let host = source.host.as_deref();
        (host, if host.is_some() { "" } else { folder(&source.path) })
    }
    let mut by_scope: BTreeMap<(Option<&str>, &str), Known> = BTreeMap::new();
    for (index, (probe, source)) in probes.iter().zip(&bundle.sources).enumerate() {
        let sure = probe.charset.as_ref().filter(|charset| charset.is_sure);
        let Some(encoding) = sure.and_then(Charset::code_page) else { continue };
        let known = by_scope.entry(scope(source)).or_default();
        known.entry(encoding.name()).or_insert((0, encoding, index)).0 += 1;
    }
    for (probe, source) in probes.iter_mut().zip(&bundle.sources) {
        let Some(charset) = &mut probe.charset else { continue };
        // the one that most logs are in; of several the first by name
        let best = by_scope
            .get(&scope(source))
            .and_then(|known| known.values().rev().max_by_key(|(count, ..)| *count));
        if let Some((_, encoding, from)) = best {
            let from = bundle.sources.get(*from).map_or("", |source| &*source.path);
            charset.learn(encoding, &probe.odd, &format!("{from}, because its own bytes say too little"));
        }
    }
}

/// The messages of a sample.
fn messages<'t>(format: &dyn Format, text: &'t [u8]) -> Vec<&'t [u8]> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if format.begin(line.trim_ascii_end()).is_some() {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts.windows(2).filter_map(|pair| text.get(*pair.first()?..*pair.last()?)).collect()
}

/// Messages that are searched for their server.
const ASKED: usize = 50;

/// The server that messages of a format name, if the first of them that name one name the same.
fn server_in(format: &dyn Format, text: &[u8]) -> Option<String> {
    let topology = Topology::embedded();
    let named = messages(format, text).into_iter().take(ASKED).filter_map(|message| {
        let event = format.parse(message);
        let field = event.fields.iter().find(|(key, _)| topology.is_server_field(key));
        let (_, name) = field?;
        // Windows adds the domain, other logs of the server do not
        let is_full = format.has_event_keys() && name.first().is_some_and(u8::is_ascii_alphabetic);
        let end = memchr::memchr(b'.', name).filter(|_| is_full).unwrap_or(name.len());
        name.get(..end).map(<[u8]>::to_vec)
    });
    let mut named: Vec<Vec<u8>> = named.collect();
    named.dedup();
    match named.as_slice() {
        // logs are untrusted input: the name must look like a server name
        [one]
            if one.len() < 64
                && one.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(byte)) =>
        {
            String::from_utf8(one.clone()).ok().filter(|name| !name.is_empty())
        }
        _ => None,
    }
}

/// Messages that must begin in Cyrillic to make a program Russian: a few names do not.
const CYRILLIC: usize = 3;

/// The language of the messages in a sample, by their words: of levels, and where lines begin with one of months and
/// halves of the day.
fn speaks(format: &dyn Format, text: &[u8]) -> Option<String> {
    if !Topology::embedded().format(format.name()).is_some_and(|known| known.is_localized) {
        return None;
    }
    let mut words: BTreeSet<&str> = BTreeSet::new();
    let mut cyrillic = 0;
    for message in messages(format, text).into_iter().take(MESSAGES + 1) {
        let event = format.parse(message);
        words.extend(std::str::from_utf8(event.level_word));
        // the letters from U+0400 on
        cyrillic += usize::from(matches!(event.message.first(), Some(0xd0..=0xd3)));
        if !event.class.is_empty()
            && let Some(line) = message.split(|byte| *byte == b'\n').next()
            && let Ok(line) = std::str::from_utf8(line)
            && let [month, _, _, _, half @ .., _, _] =
                line.trim_end().split(' ').collect::<Vec<_>>().as_slice()
            && !line.starts_with(|one: char| one.is_ascii_digit())
        {
            words.insert(month);
            // `A. M.` is two words
            let half = half.first().map_or(0, |first| first.as_ptr() as usize - line.as_ptr() as usize)
                ..half.last().map_or(0, |last| last.as_ptr() as usize - line.as_ptr() as usize + last.len());
            words.extend(line.get(half));
        }
    }
    let words: Vec<&str> = words.into_iter().collect();
    language::language(&words, cyrillic >= CYRILLIC)
}
