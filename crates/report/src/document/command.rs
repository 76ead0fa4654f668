//! Recognizes commands in code: a command has a line of its own and is never wrapped, so that it can be copied whole.
//!
//! A setting, a path or a quoted message is code, too, and stays in its sentence. What is not recognized here is shown as
//! such code: then the look is worse, nothing else.

/// Programs whose name alone begins a command. Names that are words of messages, too, are in [`PHRASES`].
const PROGRAMS: &[&str] = &[
    "appcmd",
    "cat",
    "cd",
    "cdlog",
    "certutil",
    "chkdsk",
    "CiscoCertUtil",
    "curl",
    "dir",
    "docker",
    "dumplog",
    "echo",
    "findstr",
    "fsutil",
    "grep",
    "handle64",
    "icacls",
    "iisreset",
    "ipconfig",
    "jcmd",
    "jstack",
    "jstat",
    "keytool",
    "klist",
    "kubectl",
    "net",
    "netdom",
    "netsh",
    "netstat",
    "nltest",
    "nslookup",
    "openssl",
    "ping",
    "reg",
    "repadmin",
    "sc",
    "setspn",
    "spoglight",
    "sqlcmd",
    "systeminfo",
    "taskkill",
    "tasklist",
    "telnet",
    "tomcat9w",
    "tracert",
    "tzutil",
    "ulimit",
    "utils",
    "vssadmin",
    "w32tm",
    "wevtutil",
    "winmgmt",
];

/// First words of a command whose first one alone could begin a message.
const PHRASES: &[&str] = &[
    "alter login",
    "ALTER DATABASE",
    "DBCC CHECKDB",
    "EXEC ",
    "file get",
    "file list",
    "file search",
    "file tail",
    "file view",
    "java -",
    "route print",
    "select ",
    "SELECT ",
    "set account",
    "set cert",
    "set network",
    "set password",
    "set tls",
    "show ",
    "type %",
    "type C:",
    "type \\\\",
];

/// Verbs of PowerShell, which begin a command of the form `Verb-Noun`.
const VERBS: &[&str] = &[
    "Add", "Clear", "Disable", "Enable", "Export", "Format", "Get", "Grant", "Import", "Install", "Invoke",
    "Move", "New", "Remove", "Repair", "Reset", "Resolve", "Restart", "Search", "Select", "Set", "Start",
    "Stop", "Test", "Unlock", "Update",
];

/// Returns whether a piece of code is a command with arguments.
pub(crate) fn is_command(code: &str) -> bool {
    let code = code.trim();
    let inner = code.trim_start_matches(['(', '"', '&', ' ']);
    let Some((first, _)) = inner.split_once(' ') else { return false };
    if PHRASES.iter().any(|phrase| inner.starts_with(phrase)) {
        return true;
    }
    let name = first.trim_end_matches('"').rsplit(['\\', '/']).next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    PROGRAMS.contains(&name) || is_cmdlet(name)
}

/// Returns whether a word is the name of a command of PowerShell.
fn is_cmdlet(name: &str) -> bool {
    name.split_once('-').is_some_and(|(verb, noun)| {
        VERBS.contains(&verb)
            && noun.starts_with(|first: char| first.is_ascii_uppercase())
            && noun.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_known_by_their_first_word() {
        for command in [
            "keytool -list -v -keystore <keystore>",
            "%CCE_JAVA_HOME%\\bin\\keytool -list -v",
            "C:\\Windows\\System32\\inetsrv\\appcmd list apppool",
            "handle64.exe \"a b\"",
            "net start w3svc",
            "show license status",
            "set cert regen tomcat",
            "SELECT a FROM b",
            "(Get-Process java).Count",
            "Get-WinEvent -FilterHashtable @{LogName='System'}",
        ] {
            assert!(is_command(command), "{command}");
        }
    }

    #[test]
    fn settings_and_messages_are_not_commands() {
        for code in [
            "iisreset",
            "keytool",
            "DN for LDAP search",
            "file not found",
            "set to null",
            "Java heap space",
            "<ICM install folder>\\ssl\\cacerts",
            "Content-Type: text/html",
            "-keystore <ICM install folder>\\ssl\\cacerts",
            "connection closed",
            "",
        ] {
            assert!(!is_command(code), "{code}");
        }
    }
}
