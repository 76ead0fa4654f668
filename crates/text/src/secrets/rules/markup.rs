//! Secrets in elements, attributes and members of XML and JSON, also where they are escaped.

use super::{End, KEY_WORDS, SecretRule};

/// `<` and its escaped forms.
const OPEN: &[&str] = &["<", "&lt;", "u003c", "u003C", "%3C", "%3c"];

pub(super) const RULES: &[SecretRule] = &[
    SecretRule {
        words: KEY_WORDS,
        signs: OPEN,
        pattern: r"(?:<|&lt;|\\u003c|%3c)(?:[\w\-]+:)?[\w.\-]{0,40}{key}(?:\s(?:[^<>&]|&quot;)*)?(?:>|&gt;|\\u003e|%3e)(?:<!\[CDATA\[)?((?:[^<&\\%\n]|&(?:amp|quot|apos|\#)|\\[^u]|%[0-9])+)",
        end: End::Groups,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["value", "Value", "VALUE"],
        pattern: r#"\b(?:name|key|id|property)\s*=\s*\\?["'][\w.\-]{0,60}{key}\\?["'][^<>]*?\bvalue\s*=\s*"#,
        end: End::Value,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["value", "Value", "VALUE"],
        pattern: r#"\bvalue\s*=\s*\\?(?:"([^"<>\\]*)\\?"|'([^'<>\\]*)\\?')\s[^<>]{0,200}?\b(?:name|key)\s*=\s*\\?["'][\w.\-]{0,60}{key}\\?["']"#,
        end: End::Groups,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["value", "Value", "VALUE"],
        pattern: r"<(?:[\w\-]+:)?[\w.\-]{0,40}{key}\s[^<>]*?\bvalue\s*=\s*",
        end: End::Value,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["</"],
        pattern: r#"\b(?:name|key|id)\s*=\s*["'][\w.\-]{0,60}{key}["'][^<>]*>([^<]+)</"#,
        end: End::Groups,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["</"],
        pattern: r"<(?:[\w\-]+:)?(?:[\w\-]*name|key|id)>\s*[\w.\-]{0,60}{key}\s*</[\w:\-]+>\s*<[\w:\-]+>([^<]+)",
        end: End::Groups,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["value", "Value"],
        pattern: r#""(?:name|key|id|field)\\*"\s*:\s*\\*"[\w.\-]{0,60}{key}\\*"\s*,\s*\\*"value\\*"\s*:\s*"#,
        end: End::Value,
    },
    SecretRule {
        words: KEY_WORDS,
        signs: &["value", "Value"],
        pattern: r#""value\\*"\s*:\s*\\*"([^"\\]*)\\*"\s*,\s*\\*"(?:name|key|id|field)\\*"\s*:\s*\\*"[\w.\-]{0,60}{key}\\*""#,
        end: End::Groups,
    },
    SecretRule {
        words: &["saml"],
        signs: &[],
        pattern: r"\bSAML(?:Response|Request|Art){sep}",
        end: End::Value,
    },
    SecretRule {
        words: &["assertion", "signaturevalue", "ciphervalue"],
        signs: OPEN,
        pattern: r"(?:<|&lt;)(?:[\w\-]+:)?(?:Assertion|SignatureValue|EncryptedAssertion|CipherValue)\b(?:[^<>&]|&quot;|&apos;|&amp;)*(?:>|&gt;)((?s:.)*?)(?:(?:<|&lt;)/(?:[\w\-]+:)?(?:Assertion|SignatureValue|EncryptedAssertion|CipherValue)(?:>|&gt;)|\z)",
        end: End::Groups,
    },
    SecretRule {
        words: &["rsakeyvalue"],
        signs: OPEN,
        pattern: r"<(?:D|P|Q|DP|DQ|InverseQ)>([^<]+)",
        end: End::Groups,
    },
];
