#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::check(&["cisco-log", "diagnostic-portico", "identity-service", "icm-trace"], data));
