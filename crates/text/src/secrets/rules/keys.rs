//! Private keys, tokens that are known by their form, sums of passwords, and text in base64.

use super::{End, SecretRule};

pub(super) const RULES: &[SecretRule] = &[
    SecretRule {
        words: &["private key", "private-lines"],
        signs: &["--", "Private-Lines"],
        pattern: r"-{4,5}\ ?BEGIN\ [A-Z0-9\ ]{0,30}PRIVATE\ KEY(?:\ BLOCK)?\ ?-{4,5}((?s:.)*?)(?:-{4,5}\ ?END|\z)|Private-Lines:\s*[0-9]+\s*\n((?s:.)*?)(?:Private-(?:MAC|Hash)|\z)",
        end: End::Groups,
    },
    SecretRule {
        // "password" and "Password" in base64, at each of the three places in a group
        words: &["cGFzc3dvcm", "Bhc3N3b3Jk", "wYXNzd29yZ", "UGFzc3dvcm"],
        signs: &["cGFzc3dvcm", "Bhc3N3b3Jk", "wYXNzd29yZ", "UGFzc3dvcm"],
        pattern: r"\b([A-Za-z0-9+/_\-]*(?-i:cGFzc3dvcm|Bhc3N3b3Jk|wYXNzd29yZ|UGFzc3dvcm)[A-Za-z0-9+/_\-]*={0,2})",
        end: End::Groups,
    },
    SecretRule {
        words: &["eyJ"],
        signs: &["eyJ"],
        pattern: r"\b(eyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*){1,4})",
        end: End::Groups,
    },
    SecretRule {
        words: &[
            "ghp_",
            "gho_",
            "ghs_",
            "github_pat_",
            "xoxa-",
            "xoxb-",
            "xoxp-",
            "xoxr-",
            "xoxs-",
            "sk-live",
            "sk-test",
            "sk-proj",
            "sk-ant",
            "sk_live",
            "sk_test",
            "rk_live",
            "rk_test",
            "glpat-",
            "SG.",
            "AIza",
        ],
        signs: &["ghp_", "gho_", "ghs_", "github_pat_", "xox", "sk-", "sk_", "rk_", "glpat-", "SG.", "AIza"],
        pattern: r"\b(?-i:((?:gh[pos]_|github_pat_)[A-Za-z0-9_]{20,}|xox[abprs]-[A-Za-z0-9\-]{10,}|[sr]k[_\-](?:live|test|proj|ant)[A-Za-z0-9_\-]{8,}|glpat-[A-Za-z0-9_\-]{10,}|SG\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}|AIza[A-Za-z0-9_\-]{30,}))",
        end: End::Groups,
    },
    SecretRule {
        words: &["$2a$", "$2b$", "$2y$", "$1$", "$5$", "$6$", "{SSHA", "{SHA", "{MD5}", "{SMD5}", "{CRYPT}"],
        signs: &["$", "{"],
        pattern: r"(\$2[aby]\$[0-9]{2}\$[A-Za-z0-9./]{10,}|\$[156]\$[A-Za-z0-9./]{1,16}\$[A-Za-z0-9./]{8,})|\{(?:S?SHA[0-9]{0,3}|S?MD5|CRYPT)\}([A-Za-z0-9+/=]{8,})",
        end: End::Groups,
    },
];
