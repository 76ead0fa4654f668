#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::check(&["wildfly", "log4j", "log4j-time", "log4j-plain", "log4j-xml", "stamped-text", "text"], data));
