@rem The scripts in package.json start with "exec", which makes sh hand npm's signals straight to the program.
@rem Windows has no such word: this file makes it a plain call.
@%*
