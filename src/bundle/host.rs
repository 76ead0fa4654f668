//! The server that a log is from, as far as its name and the folders around it tell.

/// Folders of the products. The folder before one of them is the server's, where somebody collected several.
const PRODUCT_FOLDERS: &[&str] = &["eservice", "eservice_rt", "icm", "inetpub", "tomcat"];

/// Words behind the server's name in `eg_log_..._{SERVER}_{PROCESS}.log`.
const COMPANIONS: &[&str] = &["dal_connpool_", "query_timeout_"];

/// The server of the log at `path`, a name as [`super::Source::path`]; `None` if nothing tells.
///
/// ECE writes the name of its server into that of the file, `eg_log_{SERVER}_{PROCESS}.log`, so that beats a folder.
/// A server name holds no underscore, because DNS allows none; a process name may.
pub fn host_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split(['/', '!']).collect();
    let file = parts.last()?;
    if let Some(rest) = file.strip_prefix("eg_log_") {
        let rest = COMPANIONS.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        if let Some((server, _)) = rest.split_once('_').filter(|(server, _)| !server.is_empty()) {
            return Some(server.to_owned());
        }
    }
    let product = |part: &&str| PRODUCT_FOLDERS.contains(&part.to_ascii_lowercase().as_str());
    let at = parts.iter().position(product)?;
    let before = parts.get(..at)?.last()?;
    let drive = before.len() <= 2 && before.ends_with([':', '$']) || before.len() == 1;
    let archive = before.to_ascii_lowercase().ends_with(".zip");
    (!drive && !archive && !before.is_empty() && *before != "..").then(|| (*before).to_owned())
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn from_file_names_and_folders() {
        for (path, host) in [
            ("case/logs/eg_log_ECEAPP01_ApplicationServer.log", Some("ECEAPP01")),
            ("eg_log_dal_connpool_ECESVC01_EAAS-process.log.12", Some("ECESVC01")),
            ("case.zip!case/PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log", Some("PCCEADSA")),
            ("C:/icm/tomcat/logs/catalina.2026-11-21.log", None),
            ("case.zip!icm/tomcat/logs/catalina.2026-11-21.log", None),
            ("ads1/C$/icm/tomcat/logs/x.log", None),
            ("case/ECEWEB01/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log", Some("ECEWEB01")),
            ("catalina.out", None),
        ] {
            assert_eq!(host_of(path).as_deref(), host, "{path}");
        }
    }
}
