//! The words that show a failure, as data. All words are lower case; the comparison ignores the case of ASCII letters.
//!
//! A word has the level of `stated` where a line gives it the place of a level: in capitals, in brackets, before a colon.
//! In a sentence it has the level of `prose`, because a sentence may report a failure that was handled.

use spoglight_parsers::Level;
use spoglight_parsers::Level::{Error, Fatal, None, Warn};

/// A word that may show a failure.
pub(super) struct Word {
    /// The word, in lower case.
    pub(super) text: &'static str,
    /// Level in the place of a level.
    pub(super) stated: Level,
    /// Level in a sentence.
    pub(super) prose: Level,
}

const fn word(text: &'static str, stated: Level, prose: Level) -> Word {
    Word { text, stated, prose }
}

/// The words.
#[rustfmt::skip]
pub(super) const WORDS: &[Word] = &[
    word("error", Error, Warn),
    word("errors", Warn, Warn),
    word("fatal", Fatal, Warn),
    word("severe", Error, None),
    word("critical", Fatal, None),
    word("panic", Fatal, Warn),
    word("exception", Error, Warn),
    word("fail", Error, Warn),
    word("fails", Error, Warn),
    word("failed", Error, Warn),
    word("failure", Error, Warn),
    word("crashed", Warn, Warn),
    word("aborted", Warn, Warn),
    word("errorcode", Warn, None),
    word("errormessage", Warn, None),
    word("failurecode", Warn, None),
    word("unable", Warn, Warn),
    word("cannot", Warn, Warn),
    word("refused", Warn, Warn),
    word("rejected", Warn, Warn),
    word("denied", Warn, Warn),
    word("warn", Warn, None),
    word("warning", Warn, None),
    // other languages, as loggers and Java write a level
    word("fehler", Error, Warn),
    word("erreur", Error, Warn),
    word("errore", Error, Warn),
    word("grave", Error, None),
    word("ошибка", Error, Warn),
    word("ОШИБКА", Error, Warn),
    word("严重", Error, None),
    word("嚴重", Error, None),
    word("重大", Error, None),
    word("错误", Error, Warn),
    word("錯誤", Error, Warn),
    word("エラー", Error, Warn),
    word("심각", Error, None),
    word("오류", Error, Warn),
    word("警告", Warn, None),
    word("경고", Warn, None),
];

/// Parts of the words and phrases in ASCII, for the literal search. Few and of four bytes or more, so that the search is
/// fast; a word in a spelling without one of them is not found.
#[rustfmt::skip]
pub(super) const STEMS: &[&str] = &[
    "rror", "RROR", "fail", "Fail", "FAIL", "xcep", "XCEP", "atal", "ATAL", "evere", "EVERE", "CRITIC", "anic", "PANIC",
    "rash", "bort", "nable", "annot", "efused", "ejected", "enied", "warn", "WARN", "Warn", "egmentation", "iolation",
    "of mem", "re dumped", "aulting", "nexpected", "topped work", "ktrace", "ceback", "ehler", "EHLER", "rreur", "RREUR",
    "Grave", "GRAVE",
];

/// Phrases that show a failure wherever they are.
pub(super) const PHRASES: &[(&str, Level)] = &[
    ("exception in thread", Error),
    ("unhandled exception", Error),
    ("uncaught exception", Error),
    ("traceback (most recent call last)", Error),
    ("assertion failed", Fatal),
    ("assertion failure", Fatal),
    ("fatal error", Fatal),
    ("fatal exception", Fatal),
    ("core dumped", Fatal),
    ("segmentation fault", Fatal),
    ("access violation", Fatal),
    ("out of memory", Error),
    ("faulting application name", Fatal),
    ("terminated unexpectedly", Error),
    ("has stopped working", Error),
    ("backtrace", Error),
];

/// Words with which a line may begin in the place of a level: `Error receiving data`.
pub(super) const OPENING: &[&str] =
    &["error", "fatal", "exception", "fail", "panic", "fehler", "erreur", "errore"];

/// Up to two words before it that take the meaning from a word: `no error`, `without any error`, `if an error occurs`.
pub(super) const NOT_AFTER: &[&str] = &[
    "no", "not", "never", "none", "non", "without", "zero", "any", "if", "on", "may", "might", "can",
    "could", "would", "should", "will", "possible", "ignore", "ignored", "ignoring", "previous", "ohne",
    "kein", "keine", "sans", "aucune", "senza", "nessun", "nessuna", "sin", "ningun", "sem", "nenhum",
    "没有", "无",
];

/// Words directly after it that take the meaning from a word: `error handler`, `failure detection`.
pub(super) const NOT_BEFORE: &[&str] = &[
    "page",
    "pages",
    "log",
    "logs",
    "logging",
    "handler",
    "handlers",
    "handling",
    "reporting",
    "report",
    "rate",
    "count",
    "counter",
    "threshold",
    "level",
    "detection",
    "document",
    "correction",
    "recovery",
    "free",
    "mode",
    "stream",
    "output",
    "details",
    "over",
    "policy",
    "template",
    "mapping",
    "listener",
];

/// Values after it that take the meaning from a word: `error=0`, `Exception: none`.
pub(super) const NOTHING: &[&str] =
    &["none", "null", "nil", "no", "false", "ok", "off", "success", "n", "undefined", "keine", "ninguno"];

/// Words before the name of an exception in source code and settings.
pub(super) const CODE: &[&str] =
    &["throws", "throw", "extends", "catch", "instanceof", "new", "import", "class", "type", "static"];

/// Keys whose value is a level: `level=error`.
pub(super) const LEVEL_KEYS: &[&str] = &["level", "lvl", "severity", "loglevel", "log_level", "type"];
