use spoglight_parsers::Level;

use super::of;

#[test]
fn failures_without_a_level_have_the_level_of_their_words() {
    for (level, text) in [
        (Level::Fatal, "la-lgr Fail: Assertion failed: key == other. File: input.cpp. Line 691"),
        (Level::Error, "Fail: Routing client went away"),
        (Level::Error, "33308539.017 |14:42:53.465 |AppInfo  |!!ERROR!! -MediaManager-(252214)::isNeeded"),
        (
            Level::Error,
            "|AppInfo  |Control(7)::SendErr - ERROR  AllocateMtpResourceReq failed -- Ci=4, errBitset=0x2",
        ),
        (Level::Fatal, "FATAL the pool is gone"),
        (Level::Error, "Exception in thread \"main\" java.lang.NullPointerException"),
        (Level::Error, "[error] worker 7 ended"),
        (Level::Error, "SEVERE: Servlet.service() threw"),
        (Level::Error, "Grave: Servlet.service() a signalé"),
        (Level::Error, "严重: 无法启动"),
        (Level::Error, "严重：无法启动"),
        (Level::Error, "[错误] 无法启动"),
        (Level::Error, "FEHLER Dienst beendet"),
        (Level::Error, "time=2026-11-21T10:00:00Z level=error msg=\"queue is full\""),
        (Level::Error, "{\"time\":1,\"level\":\"error\",\"msg\":\"queue is full\"}"),
        (Level::Error, "15/06/23 10:35:31 ERROR Login:52 - user not found"),
        (Level::Error, "Example.Web.InvalidContextException: MSIS7001: no context"),
        (Level::Error, "EXCEPTION:com.example.PlatformExceptionImpl: no provider"),
        (Level::Error, "%MIVR-SS_TEL-7-EXCEPTION:com.example.PlatformExceptionImpl: no provider"),
        (Level::Error, "Error receiving data from VRU."),
        (Level::Error, "Login failed: account locked"),
        (Level::Fatal, "Faulting application name: w3wp.exe, version: 10.0"),
        (Level::Error, "Exception code: 0xc0000005"),
        (Level::Error, "Task 7 did not end\njava.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)"),
        (Level::Warn, "Authorization fails with \"Communication send error\""),
        (Level::Warn, "Unable to Silent Monitor at this time (CTIError=Generic Error)"),
        (Level::Warn, "WARNING: low on threads"),
        (Level::Warn, "15/06/23 10:35:31 WARN Login failed"),
        (Level::Warn, "Arguments: (FailureCode:256 PeripheralErrorCode:0 AgentID:456)"),
        (Level::Warn, "request ended, errorCode=17"),
        (Level::Warn, "3 errors in the last minute"),
    ] {
        assert_eq!(of(text.as_bytes()), Some(level), "{text}");
    }
}

#[test]
fn words_that_report_no_failure_have_no_level() {
    for text in [
        "finished with 0 errors",
        "0 errors, 0 warnings",
        "no error",
        "No errors found",
        "There was no fatal error",
        "ended without error",
        "ended without any error",
        "error=0",
        "error: 0",
        "Error: none",
        "Errors = 0",
        "errorCode=0",
        "ErrorCode: 0x0",
        "error code 0",
        "Error code: 0",
        "ErrorDocument 404 /error.html",
        "GET /errors/list.do",
        "log file is C:\\logs\\error.log",
        "log4j.rootLogger=ERROR, file",
        ".level=SEVERE",
        "<exception-type>java.lang.Exception</exception-type>",
        "# Error pages",
        "// on error resume",
        "void run() throws java.io.IOException",
        "import java.lang.Exception",
        "Exception details:",
        "Level:         Error",
        "Source:        Application Error",
        "request ended, errorMessage=",
        "FailureCode:0",
        "INFO Error handler is ready, last ERROR was handled",
        "[debug] login failed",
        "15/06/23 10:35:31 DEBUG java.io.IOException: retry",
        "Error handler registered",
        "Error log level 3",
        "tries again if an error occurs",
        "Trace: ERROR_CODE in table",
        "failed: 0, passed: 12",
        "Terror and mirrors",
        "a healthy line",
        "Kein Fehler",
        "DEBUG trace of a call\njava.lang.Exception: Stack trace\n\tat a.B.c(B.java:1)",
        "",
    ] {
        assert_eq!(of(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn any_bytes_are_read() {
    for text in [
        &b"\xff\xfeerror\xff"[..],
        b"error",
        b"ERROR",
        b":error:",
        b"=error=",
        b"\"error\"",
        "：错误".as_bytes(),
    ] {
        of(text);
    }
}

#[test]
fn the_literal_search_finds_every_word() {
    let has_stem = |text: &str| super::STEMS.iter().any(|stem| text.contains(stem));
    for word in super::WORDS.iter().filter(|word| word.text.is_ascii()) {
        if word.prose <= Level::Warn {
            assert!(
                has_stem(word.text) || word.text.ends_with("code") || word.text.ends_with("message"),
                "{}",
                word.text
            );
        }
        if word.stated <= Level::Error {
            assert!(has_stem(&word.text.to_ascii_uppercase()), "{}", word.text);
        }
    }
    for (phrase, _) in super::PHRASES {
        assert!(has_stem(phrase), "{phrase}");
    }
    for text in ["ErrorCode=5", "FailureCode=5", "errorMessage=x"] {
        assert!(has_stem(text), "{text}");
    }
}
