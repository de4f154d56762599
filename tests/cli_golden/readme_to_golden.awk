# The console examples of a page in the form of a .golden file: commands and output, indented.
/^```console$/ { inside = 1; next }
/^```$/ { inside = 0; next }
inside { print "  " $0 }
