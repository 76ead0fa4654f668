#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::secrets::check(data));
