//! The fields after a timestamp that most lines of a log have: level, thread, numbers, and signs between them.

use crate::Level;

/// A field that most lines have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShapeField {
    /// A level, with a colon or without.
    Level,
    /// A level in brackets.
    BracketLevel,
    /// Another text in brackets: the thread, then the logger.
    Bracket,
    /// A number: of a process or thread.
    Number,
    /// A sign between fields.
    Sign,
}

/// Fields at most: further ones are message.
const MOST: usize = 6;

/// Longest text in brackets.
const BRACKETS: usize = 80;

const OPEN: &[u8] = b"[(<{";
const CLOSE: &[u8] = b"])>}";

/// The field at the start of a text, and the text after it and after spaces.
pub(super) fn field(text: &[u8]) -> Option<(ShapeField, &[u8])> {
    let first = *text.first()?;
    if let Some(kind) = OPEN.iter().position(|open| *open == first) {
        let close = CLOSE.get(kind)?;
        let end = text.get(..BRACKETS).unwrap_or(text).iter().position(|byte| byte == close)?;
        let inner = text.get(1..end)?;
        let after = text.get(end + 1..)?.trim_ascii_start();
        let is_level = known(inner.trim_ascii());
        return Some((if is_level { ShapeField::BracketLevel } else { ShapeField::Bracket }, after));
    }
    let word = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if word > 0 {
        let after = text.get(word..)?;
        let after = after.strip_prefix(b":").unwrap_or(after);
        let is_end = after.first().is_none_or(|byte| b" \t[(|-".contains(byte));
        return (is_end && known(text.get(..word)?)).then_some((ShapeField::Level, after.trim_ascii_start()));
    }
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 {
        let after = text.get(digits..)?;
        let is_end = matches!(after.first(), Some(b' ' | b'\t' | b'|'));
        return (is_end && digits < 12).then_some((ShapeField::Number, after.trim_ascii_start()));
    }
    let signs = text.iter().take_while(|byte| b"-|:,;".contains(byte)).count();
    let after = text.get(signs..)?;
    let is_end = after.first().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'[' | b'('));
    ((1..=3).contains(&signs) && is_end).then_some((ShapeField::Sign, after.trim_ascii_start()))
}

/// Returns whether a word is a level, and not only the first word of a sentence.
pub(super) fn known(word: &[u8]) -> bool {
    word.len() >= 3 && word.len() < 20 && !matches!(Level::from_word(word), Level::Unknown | Level::None)
}

/// The fields that at least four of five texts have, for a level half of them, in their order. `has_level` is true if the level was before them.
pub(super) fn shape(texts: &[&[u8]], has_level: bool) -> Vec<ShapeField> {
    let mut rests: Vec<&[u8]> = texts.to_vec();
    let mut shape: Vec<ShapeField> = Vec::new();
    while shape.len() < MOST {
        let fields: Vec<Option<(ShapeField, &[u8])>> = rests.iter().map(|rest| field(rest)).collect();
        let count = |wanted: ShapeField| fields.iter().flatten().filter(|(kind, _)| *kind == wanted).count();
        let all = [
            ShapeField::Level,
            ShapeField::BracketLevel,
            ShapeField::Bracket,
            ShapeField::Number,
            ShapeField::Sign,
        ];
        let is_level = |kind: &ShapeField| matches!(kind, ShapeField::Level | ShapeField::BracketLevel);
        // the words of levels are known, so fewer lines prove one
        let least = |kind: &ShapeField| rests.len() * if is_level(kind) { 5 } else { 8 };
        let Some(best) = all.into_iter().find(|kind| count(*kind) * 10 >= least(kind) && count(*kind) > 0)
        else {
            break;
        };
        let brackets = shape.iter().filter(|kind| **kind == ShapeField::Bracket).count();
        if is_level(&best) && (has_level || shape.iter().any(is_level))
            || best == ShapeField::Number && shape.contains(&best)
            || best == ShapeField::Bracket && brackets == 2
        {
            break;
        }
        shape.push(best);
        for (rest, field) in rests.iter_mut().zip(fields) {
            if let Some((kind, after)) = field
                && kind == best
            {
                *rest = after;
            }
        }
    }
    shape
}
