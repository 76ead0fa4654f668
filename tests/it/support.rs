//! Helpers of all tests: the program and its output, folders of logs, waiting, random numbers, skipped tests.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_model::analysis::Analysis;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_spoglight");

/// A case with a critical finding, in a folder.
pub const CASE: &str = "samples/cases/untrusted-certificate";

/// The longest wait before a test counts as hung.
pub const GUARD: Duration = Duration::from_mins(5);

/// Runs the program. Whether its output has colours depends on the arguments alone.
pub fn spoglight(arguments: &[&str]) -> Output {
    let mut program = Command::new(PROGRAM);
    program.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").args(arguments).output().expect("a run")
}

/// Output as text with the line ends of Linux.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8").replace("\r\n", "\n")
}

/// The JSON report of `analyze` with these arguments.
pub fn report(arguments: &[&str]) -> Value {
    let output = spoglight(&[&["analyze", "--format", "json"], arguments].concat());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Output with one JSON object a line.
pub fn json_lines(bytes: &[u8]) -> Vec<Value> {
    text(bytes).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// An analysis of a file or folder with default settings.
pub fn analysis_of(path: &Path) -> Analysis {
    analyze(&[path.to_owned()], &Settings::default(), &()).expect("an analysis")
}

/// The analysis of a folder with one file.
pub fn analysis_of_file(name: &str, bytes: &(impl AsRef<[u8]> + ?Sized)) -> Analysis {
    let folder = folder();
    put(folder.path(), name, bytes);
    analysis_of(folder.path())
}

/// The ids of the findings, in their order.
pub fn ids(analysis: &Analysis) -> Vec<&str> {
    analysis.findings.iter().map(|finding| finding.id.as_str()).collect()
}

/// Settings for logs whose local times are those of New York, as in the samples.
pub fn new_york() -> Settings {
    let mut settings = Settings::default();
    settings.zones.0.push("America/New_York".parse().expect("a zone"));
    settings
}

/// A new folder outside the repository. It goes when it is dropped.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Writes a file below a folder, with the folders that its name needs. Returns its path.
pub fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(&path, content).expect("a file");
    path
}

/// A path as an argument of the program.
pub fn argument(path: &Path) -> &str {
    path.to_str().expect("a name in UTF-8")
}

/// Looks again and again until there is an answer. Panics with `what` if the test hangs; how fast it was decides nothing.
pub fn wait<T>(what: impl Fn() -> String, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = look() {
            return answer;
        }
        assert!(start.elapsed() < GUARD, "it hangs, for {} s already: {}", GUARD.as_secs(), what());
        sleep(Duration::from_millis(20));
    }
}

/// Waits until something holds, see [`wait`].
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    wait(|| format!("waits for {what}"), || holds().then_some(()));
}

/// Reports that a test cannot run here, because something is missing.
///
/// The standard error gets the line past the test harness, which hides the output of tests that pass. A run that sets
/// `SPOGLIGHT_SKIPS` finds it also in the file of that name, for a count.
pub fn skip(test: &str, missing: &str) {
    let system = if cfg!(windows) { " on Windows" } else { "" };
    let line = format!("{test}{system}: {missing}\n");
    let _ = std::io::stderr().write_all(format!("skipped: {line}").as_bytes());
    if let Some(file) = std::env::var_os("SPOGLIGHT_SKIPS") {
        let file = fs::OpenOptions::new().create(true).append(true).open(file);
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .expect("the file that SPOGLIGHT_SKIPS names");
    }
}

/// Numbers that look random and are the same in every run.
pub struct Random(pub u64);

impl Random {
    /// A number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    /// Bytes of any value.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.below(256) as u8).collect()
    }
}
