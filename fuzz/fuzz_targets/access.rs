#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::check(&["access-log", "access-json", "access-custom", "iis-w3c"], data));
