// The consumer's own: toktally's headers must not meet it.
#error "toktally includes a header of the program that uses it"
