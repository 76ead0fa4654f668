//! Logs of any size, the same on every run: shapes and mix of real ones, words without meaning.
#![allow(dead_code, missing_docs, clippy::disallowed_methods)]

use std::fmt::Write as _;
use std::path::Path;

/// What the messages are about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Every tenth message carries a stack trace, as in the logs of a busy server; that makes three quarters of the lines.
    Failures,
    /// No message is an error.
    Healthy,
}

pub struct Logs {
    state: u64,
    ms: u64,
    mix: Mix,
}

const FRAMES: [&str; 6] = [
    "com.egain.platform.framework.dataaccess.DataAccess.executeQuery(DataAccess.java:671)",
    "com.microsoft.sqlserver.jdbc.SQLServerStatement.executeQuery(SQLServerStatement.java:204)",
    "com.egain.mail.module.retriever.service.RxInstance.poll(RxInstance.java:233)",
    "org.apache.catalina.core.ApplicationFilterChain.internalDoFilter(ApplicationFilterChain.java:227)",
    "org.apache.coyote.AbstractProcessorLight.process(AbstractProcessorLight.java:65)",
    "java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1149)",
];

/// The last four of these are in the library of signatures.
const CAUSES: [&str; 8] = [
    "java.lang.IllegalStateException: getOutputStream() has already been called for this response",
    "java.lang.NullPointerException",
    "com.egain.platform.common.exception.PlatformException: label article.preview.title has no text",
    "java.util.concurrent.CancellationException: poll ended by its caller",
    "java.net.ConnectException: Connection refused: connect",
    "javax.mail.AuthenticationFailedException: LOGIN failed.",
    "java.lang.OutOfMemoryError: Java heap space",
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target",
];

impl Logs {
    pub fn new(seed: u64) -> Logs {
        Logs::with_mix(seed, Mix::Failures)
    }

    pub fn with_mix(seed: u64, mix: Mix) -> Logs {
        Logs { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, ms: 0, mix }
    }

    fn level(&mut self, levels: &[&'static str]) -> &'static str {
        let level = levels[self.next(levels.len() as u64) as usize];
        if self.mix == Mix::Healthy && matches!(level, "WARN" | "ERROR" | "WARNING" | "SEVERE") {
            "INFO"
        } else {
            level
        }
    }

    fn has_trace(&mut self) -> bool {
        self.next(10) == 0 && self.mix == Mix::Failures
    }

    /// xorshift: cheap, and the same everywhere.
    fn next(&mut self, below: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % below
    }

    fn clock(&mut self) -> String {
        self.ms += 1 + self.next(40);
        let (s, ms) = (self.ms / 1000, self.ms % 1000);
        format!("{:02}:{:02}:{:02}.{ms:03}", s / 3600 % 24, s / 60 % 60, s % 60)
    }

    fn trace(&mut self, out: &mut String, indent: &str) {
        let cause = CAUSES[self.next(8) as usize];
        let _ = writeln!(out, "{indent}{cause}");
        for _ in 0..8 + self.next(32) {
            let frame = FRAMES[self.next(6) as usize];
            let _ = writeln!(out, "{indent}\tat {frame}");
        }
    }

    pub fn ece(&mut self, bytes: usize) -> Vec<u8> {
        let mut out = String::with_capacity(bytes + 8192);
        while out.len() < bytes {
            let (clock, id, n) = (self.clock(), self.next(100_000_000), self.next(300));
            let level = self
                .level(&["INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "WARN", "DEBUG", "PERF", "ERROR"]);
            let _ = writeln!(
                out,
                "2026-05-01 {clock} GMT+0000 <@> {level} <@> [{n}:Thread-{n}] <@> ProcessId:1740 <@> PID:1 <@> UID:12 <@> \
                 HttpSessionId:  <@> com.egain.platform.framework.dataaccess.DataAccess <@> executeQuery() <@> Query \
                 answered in {n} ms: SELECT ACTIVITY_ID, CASE_ID FROM EGPL_CASEMGMT_ACTIVITY WHERE ACTIVITY_ID = {id} <@> "
            );
            if self.has_trace() {
                self.trace(&mut out, "");
            }
        }
        out.into_bytes()
    }

    pub fn tomcat(&mut self, bytes: usize) -> Vec<u8> {
        let mut out = String::with_capacity(bytes + 8192);
        while out.len() < bytes {
            let (clock, id, n) = (self.clock(), self.next(100_000_000), self.next(60));
            let level = self.level(&["INFO", "INFO", "INFO", "WARNING", "SEVERE"]);
            let _ = writeln!(
                out,
                "01-May-2026 {clock} {level} [ajp-nio-127.0.0.1-8009-exec-{n}] org.apache.catalina.core.ApplicationContext.log \
                 Session {id} created in {n} ms"
            );
            if self.has_trace() {
                self.trace(&mut out, "\t");
            }
        }
        out.into_bytes()
    }

    pub fn stamped(&mut self, bytes: usize) -> Vec<u8> {
        let mut out = String::with_capacity(bytes + 8192);
        while out.len() < bytes {
            let (clock, n) = (self.clock(), self.next(60));
            let _ = writeln!(
                out,
                "2026-05-01 {clock} INFO  [org.jboss.as.ejb3] (pool -- {n}) timer service {n} is running"
            );
        }
        out.into_bytes()
    }
}

/// Five ECE logs and a Tomcat log, each of `bytes`.
pub fn bundle(folder: &Path, bytes: usize, mix: Mix) {
    let logs = folder.join("SRV1/eService/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    for process in ["ApplicationServer", "EAAS-process", "EAMS-process", "rx-process", "dx-process"] {
        let name = logs.join(format!("eg_log_SRV1_{process}.log"));
        std::fs::write(name, Logs::with_mix(process.len() as u64, mix).ece(bytes)).expect("a file");
    }
    let logs = folder.join("ADS1/icm/tomcat/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    std::fs::write(logs.join("catalina.2026-05-01.log"), Logs::with_mix(99, mix).tomcat(bytes))
        .expect("a file");
}
