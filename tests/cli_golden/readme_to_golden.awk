# The console examples of README.md in the form of a .golden file: commands and output, indented.
/^```console$/ { inside = 1; next }
/^```$/ { inside = 0; next }
inside { print "  " $0 }
