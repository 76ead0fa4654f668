//! The spellings of secrets, as data.

/// Where the secret is.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// It begins at the end of the match.
    Value,
    /// It is each group of the match.
    Groups,
    /// The group is a list of cookies: it is the value of each.
    Cookies,
}

/// A spelling of secrets.
pub(super) struct SecretRule {
    /// Words of which a text that matches contains at least one; ASCII letters in any case.
    pub(super) words: &'static [&'static str],
    /// Pattern, in any case and without white space of its own. `{sep}` is replaced, see [`expanded`].
    pub(super) pattern: &'static str,
    /// Where the secret is.
    pub(super) end: End,
}

/// Returns a pattern with its flags and with `{sep}` replaced.
pub(super) fn expanded(pattern: &str) -> String {
    // what is between a name and its value: `=`, `: `, `=>`, also escaped, in full width, and with a line end
    let sep = r#"(?:\\*["'`]|&quot;|%22|\\u0022)?\]?\s{0,3}(?:=>|:=|::|->|[=:\u{ff1d}\u{ff1a}]|%3d|%3a|\\u003d|\\u003a|&\#61;|&\#58;)\s{0,8}"#;
    format!("(?xi){}", pattern.replace("{sep}", sep))
}

/// All spellings.
pub(super) const RULES: [SecretRule; 21] = [
    // ---- Names and values -------------------------------------------------------------------------------------------
    SecretRule {
        words: &["passw", "passwd", "pwd", "passphrase", "pass"],
        pattern: r"(?:pass(?:word|wd|phrase|code|wort)|\bpass|[_.\-]pass|(?-i:[a-z]Pass)|pwd|pswd)s?(?:[_\-.]?(?:value|text|hash|clear|plain|enc(?:rypted)?|old|new|[0-9]))?{sep}",
        end: End::Value,
    },
    SecretRule {
        words: &[
            "secret",
            "token",
            "apikey",
            "api_key",
            "api-key",
            "accesskey",
            "access_key",
            "access-key",
            "privatekey",
            "private_key",
            "private-key",
            "credential",
            "sharedkey",
            "shared_key",
            "signature_key",
            "signing_key",
            "encryptionkey",
            "encryption_key",
        ],
        pattern: r"(?:secret(?:[_\-.]?(?:access[_\-.]?)?key|[_\-.]?value)?|token(?:[_\-.]?(?:value|id|secret))?|(?:api|access|private|shared|signing|signature|encryption|account)[_\-.]?key|credentials?){sep}",
        end: End::Value,
    },
    SecretRule {
        words: &[
            "pin=", "pin:", "pin\"", "pin'", "pin =", "pin :", "pincode", "pin_code", "otp=", "otp:",
            "otp\"", "otp =", "cvv", "cvc",
        ],
        pattern: r"\b(?:pin|otp|cvv2?|cvc2?)(?:[_\-.]?code)?{sep}",
        end: End::Value,
    },
    SecretRule {
        words: &[
            "password is",
            "passwd is",
            "pass is",
            "secret is",
            "token is",
            "password was",
            "password to",
            "password changed",
            "password set",
            "password reset",
        ],
        pattern: r"\b(?:pass(?:word|wd)?|secret|token)\s+(?:is|(?:was\s+)?(?:set|changed|reset)\s+to|to)\s{1,3}",
        end: End::Value,
    },
    SecretRule {
        words: &["password for", "passwd for", "password of"],
        pattern: r"\bpass(?:word|wd)\s+(?:for|of)\s+[^:=\n]+[:=]\s{1,8}",
        end: End::Value,
    },
    SecretRule {
        words: &[
            "kennwort",
            "losungswort",
            "mot de passe",
            "contrase",
            "clave",
            "senha",
            "parola",
            "codice segreto",
            "wachtwoord",
            "has\u{142}o",
            "sordet",
            "senord",
            "adgangskode",
            "passord",
            "salasana",
            "heslo",
            "jelsz",
            "ifre",
            "ozinka",
            "lozinka",
            "\u{5bc6}\u{7801}",
            "\u{5bc6}\u{78bc}",
            "\u{53e3}\u{4ee4}",
            "\u{6697}\u{8a3c}",
            "\u{30d1}\u{30b9}\u{30ef}\u{30fc}\u{30c9}",
            "\u{430}\u{440}\u{43e}\u{43b}",
            "\u{be44}\u{bc00}\u{bc88}\u{d638}",
            "\u{3c9}\u{3b4}\u{3b9}\u{3ba}",
            "\u{5e1}\u{5d9}\u{5e1}\u{5de}",
            "\u{643}\u{644}\u{645}\u{629}",
            "m\u{1ead}t kh\u{1ea9}u",
            "\u{e23}\u{e2b}\u{e31}\u{e2a}",
        ],
        pattern: r"(?:kennw[o\u{f6}]rt(?:er)?|losungswort|mot\ de\ passe|contrase(?:\u{f1}a|na)|clave|senha|parola(?:\ d['\u{2019}]ordine|\ chiave)?|codice\ segreto|wachtwoord|has\u{142}[oa]|l[o\u{f6}]senord(?:et)?|adgangskode|passord(?:et)?|salasana|heslo|jelsz[o\u{f3}]|(?:\u{15f}|s)ifre|lozinka|\u{5bc6}\u{7801}|\u{5bc6}\u{78bc}|\u{53e3}\u{4ee4}|\u{6697}\u{8a3c}(?:\u{756a}\u{53f7})?|\u{30d1}\u{30b9}\u{30ef}\u{30fc}\u{30c9}|\u{43f}\u{430}\u{440}\u{43e}\u{43b}[\u{44c}\u{44f}\u{435}]m?|\u{be44}\u{bc00}\u{bc88}\u{d638}|\u{3ba}\u{3c9}\u{3b4}\u{3b9}\u{3ba}[\u{3cc}\u{3bf}]\u{3c2}|\u{5e1}\u{5d9}\u{5e1}\u{5de}\u{5d4}|\u{643}\u{644}\u{645}\u{629}\ [\u{600}-\u{6ff}]{2,10}|m\u{1ead}t\ kh\u{1ea9}u|\u{e23}\u{e2b}\u{e31}\u{e2a}[\u{e00}-\u{e7f}]{0,10}){sep}",
        end: End::Value,
    },
    // ---- Markup -----------------------------------------------------------------------------------------------------
    SecretRule {
        words: &["password", "passwd", "secret", "token"],
        pattern: r"<(?:[\w\-]+:)?[\w.\-]{0,40}(?:password|passwd|passphrase|secret|token)[\w.\-]{0,20}(?:\s[^<>]*)?>([^<]+)</",
        end: End::Groups,
    },
    SecretRule {
        words: &["password", "passwd", "secret", "token"],
        pattern: r#"\b(?:name|key|id|property)\s*=\s*["'][\w.\-]{0,60}(?:password|passwd|passphrase|secret|token|apikey)["'][^<>]*?\bvalue\s*=\s*"#,
        end: End::Value,
    },
    SecretRule { words: &["saml"], pattern: r"\bSAML(?:Response|Request|Art){sep}", end: End::Value },
    SecretRule {
        words: &["assertion", "signaturevalue"],
        pattern: r"<(?:[\w\-]+:)?(?:Assertion|SignatureValue|EncryptedAssertion)\b[^>]*>((?s:.)*?)(?:</(?:[\w\-]+:)?(?:Assertion|SignatureValue|EncryptedAssertion)>|\z)",
        end: End::Groups,
    },
    // ---- Headers and URLs -------------------------------------------------------------------------------------------
    SecretRule {
        words: &["bearer ", "basic ", "negotiate ", "ntlm ", "digest "],
        pattern: r"\b(?:bearer\s+([A-Za-z._~+/\-]*[0-9][A-Za-z0-9._~+/=\-]{5,})|(?:basic|negotiate|ntlm)\s+([A-Za-z_\-]*[0-9+/=][A-Za-z0-9+/=_\-]{3,}))",
        end: End::Groups,
    },
    SecretRule {
        words: &["authorization", "auth-token", "csrf", "xsrf"],
        pattern: r"(?:authorization{sep}(?:[A-Za-z\-]+\s+)?|x-(?:auth|csrf|xsrf)-token{sep}|(?:csrf|xsrf)[\w\-]{0,20}{sep})",
        end: End::Value,
    },
    SecretRule {
        words: &["response=", "nonce="],
        pattern: r#"\b(?:response|c?nonce)\s*=\s*["']([^"'\n]{8,200})["']"#,
        end: End::Groups,
    },
    SecretRule { words: &["digest "], pattern: r"\bdigest\s[^\n]*?\bresponse\s*=\s*", end: End::Value },
    SecretRule {
        words: &["cookie:", "cookie=", "cookie\":", "cookie'", "cookie\\\":"],
        pattern: r"\b(?:set-)?cookie2?{sep}([^\n]+)",
        end: End::Cookies,
    },
    SecretRule {
        words: &[
            "jsessionid",
            "phpsessid",
            "asp.net_sessionid",
            "sessionid=",
            "session_id=",
            "?sid=",
            "&sid=",
            "?code=",
            "&code=",
            "ssotoken",
            "ltpatoken",
        ],
        pattern: r"(?:jsessionid(?:sso)?|phpsessid|asp\.net_sessionid|ssotoken|ltpatoken2?|[?&](?:sid|code|session_?id)){sep}",
        end: End::Value,
    },
    SecretRule {
        words: &["://", "jdbc:oracle"],
        pattern: r"(?:[a-z][a-z0-9+.\-]{1,20}://[^\s/:@\x22'<>]*:([^\s/@\x22<>]+(?:@[^\s/@:\x22<>]+)*)@[\w\[]|jdbc:oracle:[a-z]+:[^\s/@]+/([^\s]+?)@)",
        end: End::Groups,
    },
    // ---- Command lines and protocols --------------------------------------------------------------------------------
    SecretRule {
        words: &["storepass", "keypass", "-pass", "--pass", "-pw ", "/password", "/p:", "sshpass"],
        pattern: r"(?:[\-/]{1,2}(?:(?:src|dest)?(?:store|key)pass(?:wd)?|pass(?:word|in|out|phrase)?|pw)(?:[:=\s]\s{0,3}(?:pass:)?)|\B/p:|sshpass\s+-p\s{0,3})",
        end: End::Value,
    },
    SecretRule {
        words: &[
            "sqlcmd",
            "mysql",
            "curl",
            "net use",
            "ldapsearch",
            "ldapmodify",
            "plink",
            "psexec",
            "osql",
            "bcp ",
            "isql",
            "wget",
            "runas",
            "psql",
        ],
        pattern: r#"\b(?:(?:sqlcmd|osql|bcp|isql)\b[^\n]*?\s-P\s{0,3}(["']?[^\s"']+)|(?:mysql|mysqldump|mysqladmin)\b[^\n]*?\s-p([^\s]+)|curl\b[^\n]*?\s(?:-u|--user)\s{0,3}["']?[^\s:"']+:([^\s"']+)|net\s+use\s[^\n]*?\\\\[^\s]+\s+([^\s/][^\s]*)|(?:ldapsearch|ldapmodify|ldapadd|ldapdelete)\b[^\n]*?\s-w\s{0,3}([^\s]+)|(?:plink|pscp|psexec|psftp)(?:\.exe)?\b[^\n]*?\s-(?:pw|p)\s{1,3}([^\s]+))"#,
        end: End::Groups,
    },
    SecretRule {
        words: &[
            "login ",
            "pass ",
            "auth plain",
            "auth login",
            "authenticate plain",
            "auth cram",
            "auth xoauth",
        ],
        pattern: r#"(?-i:(?:\bLOGIN\s+["']?[^\s"']+["']?\s+([^\s]+)|\bPASS\s+([^\s]+)))|\bauth(?:enticate)?\s+(?:plain|login|cram-md5|xoauth2?)\s+([A-Za-z0-9+/=_\-]{4,})"#,
        end: End::Groups,
    },
    // ---- Keys and encoded text --------------------------------------------------------------------------------------
    SecretRule {
        // "password" and "Password" in base64, at each of the three places in a group; the start of a private key; a line of 64
        words: &[
            "private key-----",
            "cGFzc3dvcm",
            "Bhc3N3b3Jk",
            "wYXNzd29yZ",
            "UGFzc3dvcm",
            "MIIE",
            "MIIC",
            "eyJ",
        ],
        pattern: r"-----BEGIN\ [A-Z\ ]{0,30}PRIVATE\ KEY-----((?s:.)*?)(?:-----END|\z)|\b([A-Za-z0-9+/_\-]*(?-i:cGFzc3dvcm|Bhc3N3b3Jk|wYXNzd29yZ|UGFzc3dvcm)[A-Za-z0-9+/_\-]*={0,2})|\b(eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*)",
        end: End::Groups,
    },
];
