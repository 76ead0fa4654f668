#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| spoglight_fuzz::filters::check(data));
