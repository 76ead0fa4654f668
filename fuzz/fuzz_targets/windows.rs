#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::check(&["windows-events", "windows-events-text", "sql-server"], data));
