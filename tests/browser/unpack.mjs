// Unpacks the npm Chromium and its libraries into TMPDIR, and prints where the program is.
// The package unpacks its own copy of NSS and friends only where it believes to be on Amazon Linux.
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs24.x";
const { default: chromium } = await import("@sparticuz/chromium");
console.log(await chromium.executablePath());
