//! ASN.1 as certificates and their containers use it: elements of a tag, a length and a body.
//!
//! Why not a crate: those read strict DER, and reject serial numbers, strings and lengths that real authorities and
//! exports write. This parser accepts BER, too, because evidence need not be canonical. It knows no types; the caller
//! decides which element it needs.

use std::borrow::Cow;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// Tag of a part that is identified by its number, and holds elements.
pub(super) const fn part(number: u8) -> u8 {
    0xa0 | number
}

/// Maximum nesting of elements of unknown length and of strings in parts. No real file comes near.
const DEEPEST: usize = 16;

/// One element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
    /// The element with its tag and length.
    pub(super) whole: &'a [u8],
}

/// The elements of a body, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// The elements of these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Elements<'a> {
        Elements { rest: bytes }
    }

    /// The elements in the first element of bytes that may be cut off.
    pub(super) fn begun(bytes: &'a [u8]) -> Option<Elements<'a>> {
        let digits = match bytes.get(1)? {
            long @ 0x80..=0x84 => usize::from(long & 0x7f),
            0..0x80 => 0,
            _ => return None,
        };
        Some(Elements { rest: bytes.get(2 + digits..)? })
    }

    /// The next element, if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Element<'a>> {
        (self.rest.first() == Some(&tag)).then(|| self.next()).flatten()
    }

    /// The next element, which must have this tag; `what` names it in the error.
    pub(super) fn need(&mut self, tag: u8, what: &str) -> Result<Element<'a>, String> {
        self.optional(tag).ok_or_else(|| {
            if self.rest.is_empty() {
                format!("it ends before {what}")
            } else {
                format!("{what} is damaged or cut off")
            }
        })
    }

    /// The bytes that are not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Returns whether all bytes are read.
    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Ends at the first element that is damaged or cut off: then [`Elements::is_empty`] is false.
impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = split(self.rest, DEEPEST)?;
        self.rest = rest;
        Some(element)
    }
}

impl<'a> Element<'a> {
    /// The elements in this element.
    pub(super) fn elements(&self) -> Elements<'a> {
        Elements::new(self.body)
    }

    /// The bytes of the element, joined if they are in parts.
    pub(super) fn octets(&self) -> Cow<'a, [u8]> {
        if self.tag & 0x20 == 0 {
            return Cow::Borrowed(self.body);
        }
        let mut bytes = Vec::new();
        gather(self.body, DEEPEST, &mut bytes);
        Cow::Owned(bytes)
    }

    /// The value as a small number that is not negative.
    pub(super) fn number(&self) -> Option<u32> {
        let digits = without_zeros(self.body);
        if digits.len() > 4 || self.body.first().is_none_or(|first| *first >= 0x80) {
            return None;
        }
        Some(digits.iter().fold(0, |number, digit| number << 8 | u32::from(*digit)))
    }

    /// The value as an object identifier with dots.
    pub(super) fn dotted(&self) -> String {
        dotted(self.body)
    }
}

/// The digits of a number without leading zeros.
pub(super) fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    digits.get(zeros..).unwrap_or_default()
}

/// The first element of `bytes`, and what follows it.
fn split(bytes: &[u8], deep: usize) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    // tags of several bytes occur in nothing that is read here
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x80 => return split_open(bytes, tag, rest, deep),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let digits = without_zeros(digits);
            if digits.len() > 4 {
                return None;
            }
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
    };
    let (body, after) = rest.split_at_checked(length)?;
    let whole = bytes.get(..bytes.len() - after.len())?;
    Some((Element { tag, body, whole }, after))
}

/// An element without a length, which ends at two zeros in the place of a tag.
fn split_open<'a>(bytes: &'a [u8], tag: u8, rest: &'a [u8], deep: usize) -> Option<(Element<'a>, &'a [u8])> {
    let deep = deep.checked_sub(1)?;
    let mut inner = rest;
    let after = loop {
        if let Some(after) = inner.strip_prefix(&[0, 0]) {
            break after;
        }
        inner = split(inner, deep)?.1;
    };
    let body = rest.get(..rest.len() - inner.len())?;
    let whole = bytes.get(..bytes.len() - after.len())?;
    Some((Element { tag, body, whole }, after))
}

fn gather(body: &[u8], deep: usize, into: &mut Vec<u8>) {
    for element in Elements::new(body) {
        if element.tag & 0x20 == 0 {
            into.extend_from_slice(element.body);
        } else if let Some(deep) = deep.checked_sub(1) {
            gather(element.body, deep, into);
        }
    }
}

fn dotted(body: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number: u64 = 0;
    for byte in body {
        number = number.saturating_mul(128) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            // the first two numbers share a byte
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.push(first);
                number -= first * 40;
            }
            numbers.push(number);
            number = 0;
        }
    }
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_known_and_unknown() {
        let mut elements = Elements::new(&[0x30, 0x80, 0x04, 0x01, 7, 0, 0, 0x02, 0x81, 0x01, 9]);
        let open = elements.need(SEQUENCE, "it").expect("an element of unknown length");
        assert_eq!((open.body, open.whole.len()), (&[4, 1, 7][..], 7));
        assert_eq!(elements.need(INTEGER, "it").expect("a number").number(), Some(9));
        assert!(elements.is_empty());
        assert!(elements.need(INTEGER, "it").expect_err("the end").contains("ends before"));
    }

    #[test]
    fn strings_in_pieces_are_one() {
        let bytes = [0x24, 0x80, 0x04, 0x02, b'a', b'b', 0x24, 0x03, 0x04, 0x01, b'c', 0, 0];
        assert_eq!(&*Elements::new(&bytes).next().expect("a string").octets(), b"abc");
    }

    #[test]
    fn what_is_cut_or_too_deep_is_no_element() {
        for bytes in [&[0x30][..], &[0x30, 5, 1], &[0x30, 0x85, 1, 1, 1, 1, 1], &[0x1f, 0], &[0x30, 0x80, 0]]
        {
            assert!(Elements::new(bytes).next().is_none(), "{bytes:?}");
        }
        assert!(Elements::new(&[0x30, 0x80].repeat(100_000)).next().is_none());
        gather(&[0x24, 0x80].repeat(100_000), DEEPEST, &mut Vec::new());
    }

    #[test]
    fn identifiers() {
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]), "1.2.840.113549.1.1.11");
        assert_eq!(dotted(&[0x55, 0x04, 0x03]), "2.5.4.3");
        assert_eq!(dotted(&[0x88, 0x37]), "2.999");
        assert_eq!(dotted(&[0xff; 40]), "");
    }
}
