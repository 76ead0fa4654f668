//! Secrets in headers, cookies and addresses.

use super::{End, SecretRule};

pub(super) const RULES: &[SecretRule] = &[
    SecretRule {
        words: &["bearer ", "basic ", "negotiate ", "ntlm "],
        signs: &[],
        pattern: r"\b(?:bearer\s+([A-Za-z._~+/\-]*[0-9][A-Za-z0-9._~+/=\-]{5,})|(?:basic|negotiate|ntlm)\s+([A-Za-z_\-]*[0-9+/=][A-Za-z0-9+/=_\-]{3,}))",
        end: End::Groups,
    },
    SecretRule {
        words: &["authorization", "csrf", "xsrf", "requestverificationtoken"],
        signs: &[],
        pattern: r"(?:authorization(?:{sep}|\s+->\s+)\[?(?:[A-Za-z\-]+\s+)?|(?:csrf|xsrf)[\w\-]{0,20}{sep})",
        end: End::Value,
    },
    SecretRule {
        words: &["-auth", "-token", "-key", "-secret", "-signature", "-session"],
        signs: &[":", "=", "\""],
        pattern: r"\bx-(?:[a-z0-9]+-){0,4}(?:auth|token|key|secret|signature(?:-256)?|session(?:-id)?){sep}(?:sha[0-9]+=)?",
        end: End::Value,
    },
    SecretRule {
        words: &["signature=", "signature:"],
        signs: &[],
        pattern: r#"(?:\bsignature\s*[=:]\s*"?([A-Za-z0-9+/=_\-%]{16,})|\bauthorization\b[^\n]*?\bsignature\s*=\s*"?([A-Za-z0-9+/=_\-%]{8,}))"#,
        end: End::Groups,
    },
    SecretRule {
        words: &["response=", "nonce="],
        signs: &[],
        pattern: r#"\b(?:response|c?nonce)\s*=\s*["']([^"'\n]{8,200})["']"#,
        end: End::Groups,
    },
    SecretRule {
        words: &["digest "],
        signs: &[],
        pattern: r"\bdigest\s[^\n]*?\bresponse\s*=\s*",
        end: End::Value,
    },
    SecretRule {
        words: &["cookie"],
        signs: &[":", "=", "\u{ff1a}"],
        pattern: r"\b(?:set-)?cookies?2?{sep}([^\n]+)",
        end: End::Cookies,
    },
    SecretRule {
        words: &["cookie"],
        signs: &["(", "value"],
        pattern: r#"\bcookie\b(?:\s*\(\s*"[^"]+"\s*,\s*|\s+name\s*=\s*\S+\s+value\s*=\s*)"#,
        end: End::Value,
    },
    SecretRule {
        words: &["jsessionid", "phpsessid", "asp.net_sessionid", "ssotoken", "ltpatoken"],
        signs: &[],
        pattern: r"(?:jsessionid(?:sso)?|phpsessid|asp\.net_sessionid|ssotoken|ltpatoken2?){sep}",
        end: End::Value,
    },
    SecretRule {
        words: &["sid=", "sessionid=", "session_id=", "session=", "sig=", "signature=", "auth=", "ticket="],
        signs: &["?", "&", "#", ";"],
        pattern: r"[?&\#;](?:sid|session(?:_?id)?|sig|(?:x-amz-)?signature|auth|ticket){sep}",
        end: End::Value,
    },
    SecretRule {
        words: &["state=", "key=", "code=", "ticket="],
        signs: &["?", "&", "ST-", "TGT-"],
        pattern: r"(?:[?&](?:(?:session_)?state|key|code)=|\bticket=(?:ST|TGT|PT|PGT)-)([A-Za-z0-9_.~%+/=\-]{0,400}(?:[0-9][A-Za-z_.~%+/\-]|[A-Za-z_.~%+/\-][0-9])[A-Za-z0-9_.~%+/=\-]{4,})",
        end: End::Groups,
    },
    SecretRule {
        words: &["://", "jdbc:oracle"],
        signs: &["@"],
        pattern: r"(?:[a-z][a-z0-9+.\-]{1,20}://[^\s/:@\x22'<>]*:([^\s/@\x22<>]+(?:@[^\s/@:\x22<>]+)*)@[\w\[]|jdbc:oracle:[a-z0-9]+:[^\s/@]+/([^\s]+?)@)",
        end: End::Groups,
    },
];
