//! Which program of which product wrote a log, as far as its name, its folder and its format tell.

use serde::Serialize;

use spoglight_text::source_path::file_name;

/// Which program of which product wrote a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// `ECE`, `PCCE`, `IIS`, `SQL Server`, `Windows`; `None` if nothing tells.
    pub product: Option<&'static str>,
    /// The process, as its product calls it: `ApplicationServer`, `rx-process`, `Tomcat`, `pg2A-pim2`.
    pub process: Option<String>,
}

/// Words behind the server's name in `eg_log_..._{SERVER}_{PROCESS}.log`.
const COMPANIONS: &[&str] = &["dal_connpool_", "query_timeout_"];

/// Server and process in the name of an ECE log, `eg_log_{SERVER}_{PROCESS}.log.3`. A server name holds no underscore,
/// because DNS allows none; a process name may.
pub(crate) fn of_ece(file: &str) -> Option<(&str, &str)> {
    let rest = file.strip_prefix("eg_log_")?;
    let rest = COMPANIONS.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let (server, process) = rest.split_once('_').filter(|(server, _)| !server.is_empty())?;
    Some((server, process.split(".log").next().unwrap_or(process)))
}

/// Whether a log of ECE is a companion of a process's own: use of the connection pool, queries that took too long.
pub fn is_companion(path: &str) -> bool {
    let file = file_name(path);
    file.strip_prefix("eg_log_").is_some_and(|rest| COMPANIONS.iter().any(|word| rest.starts_with(word)))
}

/// The origin of the log at `path`, which is in the format of that name.
pub fn origin_of(path: &str, format: Option<&str>) -> Origin {
    let lower = path.to_ascii_lowercase();
    let file = file_name(path);
    let folder = |name: &str| lower.split(['/', '!']).rev().skip(1).any(|part| part == name);
    let of = |product, process: &str| Origin { product: Some(product), process: Some(process.to_owned()) };
    if let Some((_, process)) = of_ece(file) {
        return of("ECE", process);
    }
    match format {
        Some("ece" | "egain-console") => Origin { product: Some("ECE"), process: None },
        Some("iis-w3c") if folder("tomcat") => of("PCCE", "Tomcat"),
        Some("iis-w3c") => of("IIS", if lower.contains("httperr") { "HTTP.sys" } else { "W3SVC" }),
        Some("icm-trace") => {
            let end = file.find(['_', '.']).unwrap_or(file.len());
            of("PCCE", file.get(..end).unwrap_or(file))
        }
        Some("cisco-log") if file.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("CCBU")) => {
            of("PCCE", "CCBU")
        }
        Some("sql-server") => of("SQL Server", "sqlservr"),
        Some("windows-events" | "windows-events-text") => of("Windows", "event log"),
        Some("diagnostic-portico") => of("PCCE", "Diagnostic Framework"),
        Some("identity-service") => of("PCCE", "Identity Service"),
        _ if folder("icm") && folder("tomcat") => of("PCCE", "Tomcat"),
        Some("wildfly") if folder("eservice") || folder("eservice_rt") => of("ECE", "WildFly"),
        _ if folder("eservice") || folder("eservice_rt") => Origin { product: Some("ECE"), process: None },
        _ if folder("icm") => Origin { product: Some("PCCE"), process: None },
        Some("cisco-log") => Origin { product: Some("PCCE"), process: None },
        _ => Origin::default(),
    }
}

/// What a server does, from the logs that it has.
pub fn role_of(origins: &[&Origin]) -> Option<&'static str> {
    let has = |wanted: &dyn Fn(&str, &str) -> bool| {
        origins
            .iter()
            .any(|origin| wanted(origin.product.unwrap_or(""), origin.process.as_deref().unwrap_or("")))
    };
    let application =
        has(&|product, process| product == "ECE" && (process == "ApplicationServer" || process == "WildFly"));
    // the owner of the Distributed Systems Manager runs the services, its standby only the manager
    let services = has(&|product, process| product == "ECE" && process.ends_with("-process"));
    let manager = has(&|product, process| product == "ECE" && process.starts_with("DSM"));
    let peripheral =
        |process: &str| ["pg", "cg"].iter().any(|start| process.to_ascii_lowercase().starts_with(start));
    match (application, services, manager) {
        (true, true, _) => Some("ECE collocated"),
        (true, false, _) => Some("ECE application"),
        (false, true, _) => Some("ECE services"),
        (false, false, true) => Some("ECE services, standby"),
        _ if has(&|product, process| product == "PCCE" && process == "Tomcat") => {
            Some("PCCE administration and data")
        }
        _ if has(&|product, process| product == "PCCE" && peripheral(process)) => Some("peripheral gateway"),
        _ if has(&|product, _| product == "IIS") => Some("web"),
        _ if has(&|product, _| product == "SQL Server") => Some("database"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_folders_and_formats_tell() {
        for (path, format, product, process) in [
            (
                "x/eg_log_dal_connpool_ECESVC01_EAAS-process.log.12",
                Some("ece"),
                Some("ECE"),
                Some("EAAS-process"),
            ),
            ("A/icm/tomcat/logs/catalina.out", Some("tomcat-juli"), Some("PCCE"), Some("Tomcat")),
            ("W/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log", Some("iis-w3c"), Some("IIS"), Some("W3SVC")),
            ("PG/pg2A-pim2_dump.txt", Some("icm-trace"), Some("PCCE"), Some("pg2A-pim2")),
            ("A/eService/logs/server.log", Some("wildfly"), Some("ECE"), Some("WildFly")),
            ("A/eService/logs/notes.txt", Some("text"), Some("ECE"), None),
            ("notes.txt", Some("text"), None, None),
        ] {
            let origin = origin_of(path, format);
            assert_eq!((origin.product, origin.process.as_deref()), (product, process), "{path}");
        }
    }

    #[test]
    fn a_server_is_what_its_logs_are() {
        let of = |process: &str| Origin { product: Some("ECE"), process: Some(process.to_owned()) };
        let role = |processes: &[&str]| {
            let origins: Vec<Origin> = processes.iter().map(|process| of(process)).collect();
            role_of(&origins.iter().collect::<Vec<_>>())
        };
        assert_eq!(role(&["ApplicationServer"]), Some("ECE application"));
        assert_eq!(role(&["DSMController", "EAAS-process"]), Some("ECE services"));
        assert_eq!(role(&["DSMController"]), Some("ECE services, standby"));
        assert_eq!(role(&["ApplicationServer", "rx-process"]), Some("ECE collocated"));
        assert_eq!(role(&[]), None);
    }
}
