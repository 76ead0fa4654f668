//! Reports: a folder with any file is analysed, and every report of it is as harmless as its form promises.

use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_report::RenderOptions;

/// Names of the file: kinds of artifacts and logs are known by them.
const NAMES: [&str; 8] = [
    "ECEAPP01/eService/logs/eg_log_ECEAPP01_ApplicationServer.log",
    "ADS01/icm/tomcat/logs/catalina.2026-11-21.log",
    "ADS01/icm/ssl/cacerts",
    "ADS01/certs/web.cer",
    "ADS01/spog/spog_config.js",
    "ADS01/inetsrv/config/applicationHost.config",
    "case.zip",
    "notes.txt",
];

/// Checks bytes as a file; the first byte chooses its name.
pub fn check(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let folder = super::folder();
    let path = folder.path().join(NAMES[usize::from(*first) % NAMES.len()]);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(&path, data).expect("a file");
    let settings = Settings { threads: 1, ..Settings::default() };
    let analysis = analyze(&[folder.path().to_owned()], &settings, &()).expect("the library");
    for report in spoglight_report::ALL {
        let mut shown = Vec::new();
        report.write(&analysis, &RenderOptions::default(), &mut shown).expect("memory");
        assert!(shown.len() <= (1 << 20) + 64 * data.len(), "{} of {}", shown.len(), data.len());
        let shown = String::from_utf8(shown).expect("UTF-8");
        if report.name == "json" {
            let _: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        }
        super::is_shown(&shown);
    }
}
